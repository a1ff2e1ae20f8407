import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from "node:fs";

export interface Program {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Record<string, string>;
  readonly folder: string;
  readonly log: string;
}

/** Starts a program as the leader of its own process group, so that all it starts can be ended with it. */
export function startGroup(program: Program): ChildProcess {
  const log = openSync(program.log, "a");
  try {
    return spawn(program.file, program.arguments, {
      cwd: program.folder,
      env: program.environment,
      stdio: ["ignore", log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

/**
 * Ends whole groups at once, with what a member has given a group of its own meanwhile, as `timeout` does: it is still
 * in the leader's session. What runs here keeps its state in memory, so there is nothing to save.
 */
export function endGroups(leaders: readonly number[]): void {
  for (const leader of leaders) kill(-leader);
  for (const pid of membersOf(new Set(leaders))) kill(pid);
}

function kill(target: number): void {
  try {
    process.kill(target, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The processes in these sessions, where the system tells; a session has the id of its first process. */
function membersOf(sessions: ReadonlySet<number>): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => sessions.has(Number(statOf(pid)?.[3])));
}

/** What Linux tells of a process, from its state on: after the name in brackets, which may hold spaces and brackets itself. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/**
 * When a process was started, in whatever form the system tells it; undefined when there is none. Process ids come
 * back after a while, an id together with a start does not.
 */
export function startOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) {
    const stat = statOf(pid);
    // A zombie has ended; its id only waits to be asked for.
    return stat?.[0] === "Z" ? undefined : stat?.[19];
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
