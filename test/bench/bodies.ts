import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { namesOf } from "../../functions/session/names.ts";
import type { BodyChoice } from "../../local/bodies/kinds.ts";
import { startOf } from "../../local/engine/processes.ts";
import { clientEnvironment } from "../../local/environment.ts";
import { type Local, startLocal } from "../../local/local.ts";
import { projectFolder } from "../../local/project.ts";
import { processesOf, readOf } from "../bodies/traces.ts";
import { type Figure, median } from "./figures.ts";
import { memoryOf } from "./memory.ts";

const warmLaunches = 5;

/** A launch by the command until somebody is in, and what takes how long of it. */
const moments = [
  "command starts",
  "price, key, address",
  "admitted, provided, guarded",
  "machine boots",
  "machine · booting",
  "machine · invited",
  "machine · preparing",
  "told to the operator",
  "ssh login",
] as const;

interface Launch {
  /** Milliseconds since the epoch, one for each of the moments; a process has no login. */
  readonly at: readonly number[];
  /** MB. */
  readonly memory: number;
  /** From the first process of a real system to its sshd, in seconds; a process has none. */
  readonly boot: number;
}

/** The command with a real system as the machine, beside the same with a process. */
export async function bodies(folder: string, rootFileSystem: string): Promise<Figure[]> {
  const ordinary = await launches(folder, { kind: "process" });
  const real = await launches(folder, { kind: "nspawn", rootFileSystem });
  const figure = (what: string, unit: Figure["unit"], pick: (one: Launch) => number): Figure => {
    const value = median(real.map(pick));
    const beside = median(ordinary.map(pick));
    return { what, value, unit, ...(beside > 0 && { yardstick: { what: "a process", value: beside } }) };
  };
  const seconds = (from: number, to: number) => (one: Launch) =>
    ((one.at.at(to) ?? Number.NaN) - (one.at[from] ?? Number.NaN)) / 1000;
  return [
    figure("real machine: from the command to a shell", "s", seconds(0, -1)),
    ...moments.slice(1).map((what, index) => figure(`  ${what}`, "s", seconds(index, index + 1))),
    {
      what: "real machine: its first process to its sshd",
      value: median(real.map(({ boot }) => boot)),
      unit: "s",
    },
    figure("real machine: memory when somebody is in", "MB", ({ memory }) => memory),
  ];
}

async function launches(folder: string, choice: BodyChoice): Promise<Launch[]> {
  const failed = (error: unknown) => {
    throw error;
  };
  const local = await startLocal({ ports: "free", folder, bodies: choice, failed });
  const home = mkdtempSync(join(tmpdir(), "moonbase-bench-"));
  try {
    const found: Launch[] = [];
    for (let index = 0; index <= warmLaunches; index += 1) {
      found.push(await launch(local, choice, home, `body-${index}`));
    }
    return found.slice(1);
  } finally {
    local.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function launch(local: Local, { kind }: BodyChoice, home: string, session: string): Promise<Launch> {
  const start = Date.now();
  const door = join(projectFolder, "cli/moonbase.mjs");
  const child = spawn(process.execPath, [door, "launch", "admin", "--session", session], {
    env: { ...process.env, ...told(local), HOME: home, XDG_DATA_HOME: home },
  });
  const ended = once(child, "exit");
  const said: string[] = [];
  const heard = (words: RegExp) =>
    new Promise<number>((resolve, reject) => {
      for (const stream of [child.stderr, child.stdout]) {
        createInterface(stream).on("line", (line) => {
          said.push(line);
          if (words.test(line)) resolve(Date.now());
        });
      }
      void ended.then(() => reject(new Error(`${session} never said ${words}: ${said.join("; ")}`)));
    });
  const until = [/launch · Admit/, /launch · AwaitReady/, /^Ready: /].map(heard);
  const shell = kind === "nspawn" ? [heard(/^in the shell$/)] : [];
  const [asked, awaited, ready] = await Promise.all(until);
  // To the machine's shell; where there is none, any line is the end of the session.
  if (kind === "nspawn") child.stdin.write("echo in the shell\n");
  const login = await Promise.all(shell);
  const { instanceId, phases } = await recordOf(local, session);
  const measured = { memory: memoryOf(firstOf(instanceId)), boot: bootOf(instanceId) };
  child.stdin.end("\n");
  const [code] = await ended;
  if (code !== 0) throw new Error(`${session} ended with ${code}: ${said.join("; ")}`);
  return { at: [start, asked ?? 0, awaited ?? 0, ...phases, ready ?? 0, ...login], ...measured };
}

function told({ engine }: Local): Record<string, string> {
  const file = readFileSync(join(engine.folder, "env"), "utf8");
  const [, services = ""] = /^export MOONBASE_ADDRESS_SERVICES='(.*)'$/m.exec(file) ?? [];
  return { ...clientEnvironment(engine.endpoints), ...(services && { MOONBASE_ADDRESS_SERVICES: services }) };
}

const record = z.object({
  machine: z.object({ instanceId: z.string() }),
  ready: z.object({ phases: z.array(z.object({ name: z.string(), at: z.string() })) }),
});

/** The machine's own stamps, in the order of the moments. */
async function recordOf({ clients, stage }: Local, session: string) {
  const key = { TableName: namesOf(stage).table, Key: { id: session } };
  const { machine, ready } = record.parse((await clients.table.send(new GetCommand(key))).Item);
  return { ...machine, phases: ready.phases.map(({ at }) => Date.parse(at)) };
}

/** Hundredths of a second since the computer started, as Linux counts them. */
const bornAt = (pid: number) => Number(startOf(pid));

const firstOf = (instanceId: string) =>
  processesOf(instanceId).toSorted((one, other) => bornAt(one) - bornAt(other))[0] ?? 0;

function bootOf(instanceId: string): number {
  const daemons = processesOf(instanceId).filter((pid) => readOf(pid, "comm") === "sshd\n");
  return (Math.min(...daemons.map(bornAt)) - bornAt(firstOf(instanceId))) / 100;
}
