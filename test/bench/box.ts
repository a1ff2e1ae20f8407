import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { namesOf } from "../../functions/session/names.ts";
import { type SessionRecord, sessionRecord } from "../../functions/session/record.ts";
import { rootPath } from "../../local/bodies/nspawn/needs.ts";
import type { Local } from "../../local/local.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { launched } from "../../workflows/launch.contract.ts";
import { processesOf, readOf } from "../bodies/traces.ts";

/** A devbox that is ready: its session, and its machine. */
export interface Box {
  readonly session: string;
  readonly instanceId: string;
}

export async function launchBox(local: Local, session: string): Promise<Box> {
  const input = { blueprint: "devbox" };
  const execution = await startWorkflow(local.clients, local.stage, "launch", session, input);
  const { status, cause, output } = await endOf(local.clients, execution);
  if (status !== "SUCCEEDED") throw new Error(`launch of ${session} is ${status}: ${cause}`);
  return { session, instanceId: launched.parse(JSON.parse(output ?? "null")).instanceId };
}

export async function recordOf({ clients, stage }: Local, { session }: Box): Promise<SessionRecord> {
  const key = { TableName: namesOf(stage).table, Key: { id: session }, ConsistentRead: true };
  return sessionRecord.parse((await clients.table.send(new GetCommand(key))).Item);
}

/** By root in the machine's own namespaces: no login takes part in the time. */
export async function inside({ instanceId }: Box, command: string): Promise<string> {
  const first = processesOf(instanceId).find((pid) => readOf(pid, "comm") === "systemd\n");
  if (first === undefined) throw new Error(`${instanceId} does not run`);
  const words = ["--all", `--target=${first}`, "bash", "-ec", command];
  const { stdout } = await promisify(execFile)("nsenter", words, { env: { PATH: rootPath() } });
  return stdout.trim();
}

/** Seconds that a command takes on the machine, after what comes before it. */
export async function secondsOf(box: Box, before: string, command: string): Promise<number> {
  const said = await inside(
    box,
    `${before}; start=$EPOCHREALTIME; ${command} >&2; end=$EPOCHREALTIME; echo $((\${end/./} - \${start/./}))`,
  );
  return Number(said) / 1_000_000;
}

/** restic as an operator has it, who knows everything; on our repository, or on one of its own beside it. */
export async function bareRestic(
  { clients, stage, engine }: Local,
  repository: "devbox" | "bare",
): Promise<string> {
  const read = async (key: string) => {
    const Name = namesOf(stage).devserverParameter(key);
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value ?? "";
  };
  const ours = (await read("restic/repo")).replace(/https:\/\/[^/]+/, engine.endpoints.serverless);
  const address = ours.replace(/\/devbox$/, `/${repository}`);
  return `env RESTIC_REPOSITORY='${address}' RESTIC_PASSWORD='${await read("restic/password")}' RESTIC_CACHE_DIR=/var/cache/bare restic`;
}
