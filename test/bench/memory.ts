import { readdirSync, readFileSync } from "node:fs";

/** Proportional set sizes, so that pages shared between processes count once; Linux tells them. */
function proportionalSize(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
}

/** What Linux tells of a process, from its state on: after the name in brackets, which may hold spaces itself. */
function statOf(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** A process and all that it started, as they are at this moment. */
function idsOfFamily(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    ifThere(() => parents.set(Number(name), Number(statOf(Number(name))[1])));
  }
  const belongs = (pid: number | undefined): boolean =>
    pid !== undefined && pid !== 0 && (pid === root || belongs(parents.get(pid)));
  return [...parents.keys()].filter(belongs);
}

/** What a process and all that it started hold at this moment, in MB. A process may end while it is looked at. */
export const memoryOf = (root: number): number =>
  idsOfFamily(root).reduce((total, pid) => total + (ifThere(() => proportionalSize(pid)) ?? 0), 0);

/** What one process of a family holds and has used until now. */
export interface Process {
  readonly pid: number;
  readonly command: string;
  /** MB. */
  readonly memory: number;
  /** Seconds of processor time: its own, and that of those it has started and seen end. */
  readonly own: number;
  readonly ended: number;
}

/** Linux counts processor time in hundredths of a second. */
const ticks = 100;

export const familyOf = (root: number): Process[] =>
  idsOfFamily(root).flatMap((pid) => ifThere(() => processOf(pid)) ?? []);

function processOf(pid: number): Process {
  const [user = 0, system = 0, usersEnded = 0, systemsEnded = 0] = statOf(pid).slice(11, 15).map(Number);
  return {
    pid,
    command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "),
    memory: proportionalSize(pid),
    own: (user + system) / ticks,
    ended: (usersEnded + systemsEnded) / ticks,
  };
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")))
      throw error;
    return undefined;
  }
}
