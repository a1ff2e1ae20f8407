import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { checkout, engineFolder } from "../checkout.ts";
import { CommandError } from "../command-error.ts";
import type { Ending } from "../exit-codes.ts";
import { startOf } from "../local/process-start.ts";
import type { GlobalOptions } from "../options.ts";
import { showProgress } from "../show/progress.ts";
import { screenOf } from "../show/screen.ts";

export interface UpOptions extends GlobalOptions {
  readonly port?: string;
  readonly body?: string;
}

const files = {
  running: join(engineFolder, "running.json"),
  environment: join(engineFolder, "env"),
  log: join(engineFolder, "up.log"),
};

/** As `local/engine/run-file.ts` writes it. */
const runFile = z.object({ owner: z.object({ pid: z.int().positive(), start: z.string() }) });
type Owner = z.infer<typeof runFile>["owner"];

/** The engine's process, if it is the one that was written down. */
function runningEngine(): Owner | undefined {
  if (!existsSync(files.running)) return undefined;
  const { owner } = runFile.parse(JSON.parse(readFileSync(files.running, "utf8")));
  return startOf(owner.pid) === owner.start ? owner : undefined;
}

/** A line of `node local/start.ts --json`. */
const happening = z.looseObject({ event: z.string(), message: z.string().optional() });

function lastHappenings(): z.infer<typeof happening>[] {
  const lines = readFileSync(files.log, "utf8").split("\n").slice(0, -1);
  return lines.flatMap((line) => {
    try {
      return happening.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      // Not one of its own lines: a warning of Node, say.
      return [];
    }
  });
}

const patienceMilliseconds = 5 * 60_000;

/** `local up`: the engine in the background, with its log in a file. */
export async function up(options: UpOptions): Promise<Ending> {
  const screen = screenOf(options.json === true);
  const parameters = [
    ...["local/start.ts", "--json"],
    ...(options.port === undefined ? [] : ["--port", options.port]),
    ...(options.body === undefined ? [] : ["--body", options.body]),
  ];
  const running = runningEngine();
  if (running !== undefined) {
    screen.result(
      { up: true, pid: running.pid },
      `The local engine is up already, as process ${running.pid}.`,
    );
    return "done";
  }
  if (options.dryRun) {
    const text = `Would run: node ${parameters.join(" ")}\nNothing was done.`;
    screen.result({ dryRun: true, command: ["node", ...parameters] }, text);
    return "done";
  }
  const progress = await showProgress(screen);
  mkdirSync(engineFolder, { recursive: true });
  const log = openSync(files.log, "w");
  const child = spawn(process.execPath, parameters, {
    cwd: checkout,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(notUp()));
  });
  ended.catch(() => undefined);
  await Promise.race([ended, untilUp((event) => progress.step({ event }, `engine · ${event}`))]);
  progress.end();
  const text = [
    `The local engine is up, as process ${child.pid}; its log is ${files.log}`,
    "npx moonbase --local … talks to it; npx moonbase local down ends it.",
  ];
  screen.result(
    { up: true, pid: child.pid, log: files.log, environment: files.environment },
    text.join("\n"),
  );
  return "done";
}

async function untilUp(shown: (event: string) => void): Promise<void> {
  const deadline = performance.now() + patienceMilliseconds;
  let seen = 0;
  while (performance.now() < deadline) {
    const happenings = lastHappenings();
    for (const { event } of happenings.slice(seen)) shown(event);
    seen = happenings.length;
    if (happenings.some(({ event }) => event === "up")) return;
    await pause(200);
  }
  throw notUp();
}

function notUp(): CommandError {
  const why = lastHappenings().findLast(({ message }) => message !== undefined)?.message;
  return new CommandError({
    what: "the local engine did not come up",
    why: why ?? `see ${files.log}`,
    remedy: "npm start shows the same in the foreground, and installs what is missing",
    ending: "noAnswer",
  });
}

/** `local down`: ends the engine that this checkout has running, and no other process. */
export async function down(options: GlobalOptions): Promise<Ending> {
  const screen = screenOf(options.json === true);
  const running = runningEngine();
  if (running === undefined) {
    screen.result({ up: false }, "No local engine of this checkout is up.");
    return "done";
  }
  if (options.dryRun) {
    screen.result({ dryRun: true, pid: running.pid }, `Would end process ${running.pid}\nNothing was done.`);
    return "done";
  }
  process.kill(running.pid, "SIGTERM");
  const deadline = performance.now() + 20_000;
  while (startOf(running.pid) === running.start) {
    if (performance.now() > deadline) {
      throw new CommandError({
        what: `the local engine, process ${running.pid}, does not end`,
        remedy: `look at it, then: kill -9 ${running.pid}; the next start removes what it leaves`,
        ending: "unexpected",
      });
    }
    await pause(50);
  }
  screen.result(
    { up: false, pid: running.pid },
    "The local engine is down; nothing of it is left but its logs.",
  );
  return "done";
}

/** `local status`: whether the engine of this checkout is up, and where. */
export async function engineStatus(options: GlobalOptions): Promise<Ending> {
  const screen = screenOf(options.json === true);
  const running = runningEngine();
  const ready = running !== undefined && existsSync(files.environment);
  const endpoint = ready
    ? /AWS_ENDPOINT_URL='([^']*)'/.exec(readFileSync(files.environment, "utf8"))?.[1]
    : undefined;
  const text =
    running === undefined
      ? "No local engine of this checkout is up; npx moonbase local up starts it."
      : `The local engine is ${ready ? `up at ${endpoint}` : "starting"}, as process ${running.pid}.`;
  screen.result({ up: ready, pid: running?.pid ?? null, endpoint: endpoint ?? null }, text);
  return "done";
}
