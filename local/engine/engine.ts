import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Endpoints, endpointsAt } from "../environment.ts";
import { projectFolder, pythonCommands } from "../project.ts";
import { Cgroups } from "./cgroups.ts";
import { type Emulator, emulatorsOf, type Told } from "./emulators.ts";
import { EngineError } from "./error.ts";
import { assertFree, freePorts, type Ports } from "./ports.ts";
import { startGroup } from "./processes.ts";
import { RunFile } from "./run-file.ts";

export interface EngineOptions {
  readonly ports: Ports | "free";
  /** Logs, bodies and the list of what runs. One engine per folder. */
  readonly folder?: string;
  /** What functions are told on top. */
  readonly environment?: Record<string, string>;
  /** Told where the emulators are; answers where everybody shall go instead. */
  readonly between?: (emulators: Endpoints) => Promise<Between>;
}

/** Something that stands between everything of ours and the emulators. */
export interface Between extends Told {
  readonly stop: () => void;
}

export interface Engine {
  readonly endpoints: Endpoints;
  readonly folder: string;
  /** Gone when the engine is. */
  readonly temporary: string;
  readonly running: RunFile;
  /** Of bodies that are whole systems. */
  readonly cgroups: Cgroups;
  /** Writes a file into the folder that is gone when the engine is. */
  readonly keep: (name: string, text: string) => void;
  /** Rejects when an emulator ends by itself. */
  readonly died: Promise<never>;
  /** Ends everything the engine has running and removes what was temporary. Does it at once: it also runs at exit. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

const patience = 20_000;

/** Signals, and the exit codes that shells give them. */
const endings = [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

/** Starts both emulators and waits until they answer. They end with this process; what a killed one leaves is ended at the next start. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  if (!existsSync(join(pythonCommands, "python"))) {
    throw new EngineError("the local engine is not installed; run: node local/setup.mjs");
  }
  const folder = options.folder ?? join(projectFolder, ".local");
  const running = new RunFile(folder);
  const cgroups = new Cgroups(folder);
  cgroups.removeAll();
  const temporary = join(folder, "engine");
  const remove = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  remove(temporary);
  mkdirSync(temporary);
  const kept: string[] = [];
  const keep = (name: string, text: string) => {
    kept.push(join(folder, name));
    writeFileSync(join(folder, name), text);
  };
  // MiniStack's worker script is CommonJS, and this folder is inside a project that is not.
  writeFileSync(join(temporary, "package.json"), '{"type":"commonjs"}');
  let between: Between | undefined;
  let stopped = false;
  const stop = () => {
    stopped = true;
    process.off("exit", stop);
    between?.stop();
    for (const [signal, leave] of leaving) process.off(signal, leave);
    running.endAll();
    cgroups.removeAll();
    for (const path of [temporary, ...kept]) remove(path);
  };
  // The exit handler ends everything; a signal only has to become an exit.
  const leaving = endings.map(([signal, code]) => [signal, () => process.exit(code)] as const);
  for (const [signal, leave] of leaving) process.on(signal, leave);
  process.on("exit", stop);
  try {
    const ports = options.ports === "free" ? await freePorts() : options.ports;
    await assertFree(ports);
    const emulators = endpointsAt(ports);
    between = await options.between?.(emulators);
    const { endpoints, environment } = between ?? { endpoints: emulators };
    const told = { endpoints, environment: { ...environment, ...options.environment } };
    const ends = emulatorsOf(emulators, temporary, told).map((emulator) => start(emulator, folder, running));
    const died = Promise.race(ends.map((each) => each.died));
    died.catch(() => undefined);
    await Promise.race([died, Promise.all(ends.map((each) => each.ready))]);
    const isStopped = () => stopped;
    return { endpoints: told.endpoints, folder, temporary, running, cgroups, keep, died, stop, isStopped };
  } catch (error) {
    stop();
    throw error;
  }
}

function start(emulator: Emulator, folder: string, running: RunFile) {
  const log = join(folder, `${emulator.name}.log`);
  rmSync(log, { force: true });
  const child = startGroup({ ...emulator.program, log });
  if (child.pid !== undefined) running.add(child.pid);
  const died = new Promise<never>((_, reject) => {
    child.once("error", (error) =>
      reject(new EngineError(`${emulator.name} cannot be started: ${error.message}`)),
    );
    child.once("exit", (code, signal) => {
      if (!running.has(child.pid)) return;
      reject(
        new EngineError(`${emulator.name} ended by itself (${signal ?? code}); see ${log}\n${tail(log)}`),
      );
    });
  });
  died.catch(() => undefined);
  return { died, ready: untilReady(emulator, log) };
}

async function untilReady(emulator: Emulator, log: string): Promise<void> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    try {
      const answer = await fetch(emulator.readyAt, { signal: AbortSignal.timeout(2_000) });
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await pause(40);
  }
  throw new EngineError(`${emulator.name} does not answer after ${patience / 1000} s; see ${log}`);
}

function tail(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}
