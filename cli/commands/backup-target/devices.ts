import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import { namesOf } from "../../../functions/session/names.ts";
import {
  type Device,
  type DeviceSeen,
  deviceChanged,
  deviceSeen,
  readDevice,
} from "../../../workflows/device.contract.ts";
import { CommandError } from "../../command-error.ts";
import type { Context } from "../../context.ts";
import type { Ending } from "../../exit-codes.ts";
import type { GlobalOptions } from "../../options.ts";
import { table } from "../../show/texts.ts";
import { runForTarget } from "./run.ts";

export interface RegisterOptions extends GlobalOptions {
  /** The file with its public key. */
  readonly key: string;
  readonly appendOnly?: boolean;
  readonly quota?: number;
}

/** `backup-target devices`: who may send, and what the machine has last seen of each. */
export async function devices(context: Context): Promise<Ending> {
  await context.announce();
  const names = namesOf(context.stage);
  const [registered, seen] = await Promise.all([
    valuesBelow(context, names.deviceParameter("")),
    valuesBelow(context, names.deviceSeenParameter("")),
  ]);
  const sightings = seen.flatMap((text) => deviceSeen.safeParse(JSON.parse(text)).data ?? []);
  const document = registered
    .map(readDevice)
    .map((device) => ({ ...device, seen: sightings.find(({ name }) => name === device.name) ?? null }));
  const rows = document.map(rowOf);
  const head = ["DEVICE", "STATE", "MAY DELETE", "QUOTA", "LAST BACKUP", "SNAPSHOTS", "USED"];
  const text = rows.length === 0 ? "No device is registered." : table([head, ...rows]);
  context.screen.result(document, text);
  return "done";
}

const rowOf = ({
  name,
  publicKey,
  appendOnly,
  quotaGiB,
  seen,
}: Device & { seen: DeviceSeen | null }): string[] => [
  name,
  publicKey === null ? "revoked" : "registered",
  appendOnly ? "no" : "yes",
  quotaGiB === null ? "-" : `${quotaGiB} GiB`,
  seen?.lastBackup ?? "-",
  seen === null ? "-" : String(seen.snapshots),
  seen === null || seen.usedBytes === null ? "-" : `${(seen.usedBytes / 2 ** 30).toFixed(1)} GiB`,
];

async function valuesBelow({ clients }: Context, path: string): Promise<string[]> {
  const client = await clients.parameters();
  const found: string[] = [];
  for await (const page of paginateGetParametersByPath({ client }, { Path: path.replace(/\/$/, "") })) {
    found.push(...(page.Parameters ?? []).flatMap(({ Value }) => Value ?? []));
  }
  return found;
}

/** `backup-target register`: its key, and what it may do with it. */
export function register(context: Context, name: string, options: RegisterOptions): Promise<Ending> {
  const { appendOnly, quota: quotaGiB } = options;
  const publicKey = readKey(options.key);
  return change(context, options, {
    ...{ action: "register", name, publicKey },
    ...(appendOnly !== undefined && { appendOnly }),
    ...(quotaGiB !== undefined && { quotaGiB }),
  });
}

/** `backup-target revoke`: its key lets nobody in any more; what it has sent stays. */
export const revoke = (context: Context, name: string, options: GlobalOptions): Promise<Ending> =>
  change(context, options, { action: "revoke", name });

async function change(context: Context, options: GlobalOptions, input: object): Promise<Ending> {
  await context.announce();
  const run = { workflow: "device" as const, name: `device-${randomBytes(4).toString("hex")}`, input };
  const end = await runForTarget(context, run, "the registry could not be changed", options);
  if (end === undefined) return "done";
  const answer = deviceChanged.parse(end.answer);
  context.screen.result(answer, `${answer.message}. A machine that is up hears of it within a minute.`);
  return "done";
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new CommandError({
      what: `--key: ${file} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      remedy: "name the file that ends in .pub; ssh-keygen -t ed25519 makes one",
      ending: "usage",
    });
  }
}
