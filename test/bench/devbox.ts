import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { namesOf } from "../../functions/session/names.ts";
import type { BodyChoice } from "../../local/bodies/kinds.ts";
import { rootPath } from "../../local/bodies/nspawn/needs.ts";
import { type Local, startLocal } from "../../local/local.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { launched } from "../../workflows/launch.contract.ts";
import { processesOf, readOf } from "../bodies/traces.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 5;

/** A home of 10,000 files, of which 500 have changed: backed up by systemd's word, and by the bare restic command. */
export async function devbox(folder: string, rootFileSystem: string): Promise<Figure[]> {
  const bodies: BodyChoice = { kind: "nspawn", rootFileSystem };
  const failed = (error: unknown) => {
    throw error;
  };
  const local = await startLocal({ ports: "free", folder, bodies, failed });
  try {
    const execution = await startWorkflow(local.clients, local.stage, "launch", "devbox", {
      blueprint: "devbox",
    });
    const { status, cause, output } = await endOf(local.clients, execution);
    if (status !== "SUCCEEDED") throw new Error(`launch of a devbox is ${status}: ${cause}`);
    const { instanceId } = launched.parse(JSON.parse(output ?? "null"));
    const ours = "systemctl start moonbase-backup.service";
    const bare = await bareCommand(local);
    await inside(instanceId, `${makeHome}; systemctl stop moonbase-backup.timer`);
    for (const command of [ours, bare]) await inside(instanceId, command);
    const seconds: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
    for (let round = 0; round < rounds; round += 1) {
      seconds.ours.push(await afterChanges(instanceId, ours));
      seconds.bare.push(await afterChanges(instanceId, bare));
    }
    return [
      {
        what: "backup of a home, 500 of 10,000 files changed",
        value: median(seconds.ours),
        unit: "s",
        yardstick: { what: "the bare restic backup", value: median(seconds.bare) },
      },
    ];
  } finally {
    local.stop();
  }
}

const makeHome = `cd /home/debian && for folder in $(seq 100); do mkdir -p work/$folder
  for file in $(seq 100); do head -c 4000 /dev/urandom >work/$folder/$file; done; done`;

/** Seconds that a command takes on the machine, after work on 500 files. */
async function afterChanges(instanceId: string, command: string): Promise<number> {
  const said = await inside(
    instanceId,
    `cd /home/debian && for folder in $(seq 5); do for file in $(seq 100); do
      head -c 4000 /dev/urandom >work/$folder/$file; done; done
    start=$EPOCHREALTIME; ${command} >&2; end=$EPOCHREALTIME; echo $((\${end/./} - \${start/./}))`,
  );
  return Number(said) / 1_000_000;
}

/** What an operator would type with everything at hand: where, with what password, and the options of the backup. */
async function bareCommand({ clients, stage, engine }: Local): Promise<string> {
  const read = async (key: string) => {
    const Name = namesOf(stage).devserverParameter(key);
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value ?? "";
  };
  const repository = (await read("restic/repo")).replace(/https:\/\/[^/]+/, engine.endpoints.serverless);
  const environment = `RESTIC_REPOSITORY='${repository}' RESTIC_PASSWORD='${await read("restic/password")}'`;
  const options = "--quiet --tag data --host devbox --one-file-system --exclude-caches";
  return `env ${environment} RESTIC_CACHE_DIR=/var/cache/bare restic backup ${options} /home/debian`;
}

/** By root in the machine's own namespaces: no login takes part in the time. */
async function inside(instanceId: string, command: string): Promise<string> {
  const first = processesOf(instanceId).find((pid) => readOf(pid, "comm") === "systemd\n");
  if (first === undefined) throw new Error(`${instanceId} does not run`);
  const words = ["--all", `--target=${first}`, "bash", "-ec", command];
  const { stdout } = await promisify(execFile)("nsenter", words, { env: { PATH: rootPath() } });
  return stdout.trim();
}
