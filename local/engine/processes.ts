import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";

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

/** Ends a whole group at once. What runs here keeps its state in memory, so there is nothing to save. */
export function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * When a process was started, in whatever form the system tells it; undefined when there is none. Process ids come
 * back after a while, an id together with a start does not.
 */
export function startOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) {
    try {
      // Field 22, counted after the name in brackets, which may hold spaces and brackets itself.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      // A zombie has ended; its id only waits to be asked for.
      return fields[0] === "Z" ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
