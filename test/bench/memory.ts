import { readdirSync, readFileSync } from "node:fs";

/** Proportional set sizes, so that pages shared between processes count once; Linux tells them. */
function proportionalSize(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) / 1024;
}

function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** What a process and all that it started hold at this moment, in MB. A process may end while it is looked at. */
export function memoryOf(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    attempt(() => parents.set(Number(name), parentOf(Number(name))));
  }
  const belongs = (pid: number | undefined): boolean =>
    pid !== undefined && pid !== 0 && (pid === root || belongs(parents.get(pid)));
  let total = 0;
  for (const pid of [...parents.keys()].filter(belongs)) {
    attempt(() => {
      total += proportionalSize(pid);
    });
  }
  return total;
}

function attempt(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")))
      throw error;
  }
}
