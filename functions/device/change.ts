import { PutParameterCommand, paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { type Device, type DeviceChange, deviceInput, readDevice } from "../../workflows/device.contract.ts";
import { explain } from "../../workflows/fields.ts";
import { ssm } from "../session/clients.ts";
import { namesOf } from "../session/names.ts";
import { settings } from "../session/settings.ts";
import { judgeDevice } from "./judge.ts";

const request = z.object({ input: z.unknown() });

/**
 * Writes a device into the registry, or revokes it. A machine that is up reads it within a minute, the next one at its
 * boot; nobody has to be told. Run twice, it changes nothing the second time.
 */
export async function change(event: unknown): Promise<DeviceChange> {
  const { input } = request.parse(event);
  const parsed = deviceInput.safeParse(input);
  if (!parsed.success) return { outcome: "refused", name: "", message: explain(parsed.error, input) };
  const { name } = parsed.data;
  const decision = judgeDevice(parsed.data, await registered(), new Date());
  if (decision.action === "refuse") return { outcome: "refused", name, message: decision.reason };
  if (decision.action === "write") await write(decision.device);
  return { outcome: "changed", name, message: decision.reason };
}

async function registered(): Promise<Device[]> {
  const Path = namesOf(settings().stage).deviceParameter("").replace(/\/$/, "");
  const found: Device[] = [];
  for await (const { Parameters } of paginateGetParametersByPath({ client: ssm }, { Path })) {
    found.push(...(Parameters ?? []).map(({ Value }) => readDevice(Value ?? "")));
  }
  return found;
}

/** No secret: a public key is one. */
const write = (device: Device) =>
  ssm.send(
    new PutParameterCommand({
      Name: namesOf(settings().stage).deviceParameter(device.name),
      Type: "String",
      Value: JSON.stringify(device),
      Overwrite: true,
    }),
  );
