import { DescribeInstanceAttributeCommand } from "@aws-sdk/client-ec2";
import { namesOf } from "../../functions/session/names.ts";
import type { Clients } from "../clients.ts";
import type { Engine } from "../engine/engine.ts";
import { account, region } from "../environment.ts";
import { noticesOf } from "../metadata/notices.ts";
import { type MetadataService, startMetadataService } from "../metadata/service.ts";
import type { Machine } from "./body.ts";

export interface Identity {
  readonly userData: string;
  readonly metadata: MetadataService;
}

/** What is the same for every kind of body: the machine's user data, and a metadata service that tells the rest. */
export async function identify(
  { engine, clients, stage }: { engine: Engine; clients: Clients; stage: string },
  machine: Machine,
): Promise<Identity> {
  const { instanceId } = machine;
  const userData = await userDataOf(clients, instanceId);
  const metadata = await startMetadataService({
    ...machine,
    region,
    account,
    architecture: "x86_64",
    role: namesOf(stage).machineRole(machine.blueprint),
    userData,
    notices: () => noticesOf(engine.temporary, instanceId),
  });
  return { userData, metadata };
}

/** What the launch template gave the machine to run, from the engine's own record of it. */
async function userDataOf(clients: Clients, instanceId: string): Promise<string> {
  const command = new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: "userData" });
  const { UserData } = await clients.ec2.send(command);
  if (UserData?.Value === undefined) throw new Error(`${instanceId} has no user data`);
  return Buffer.from(UserData.Value, "base64").toString();
}
