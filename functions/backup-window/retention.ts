import type { KeptSnapshot } from "../session/snapshots.ts";

/**
 * Which snapshots are too many. Only whole ones count, the newest stay, and one that is being taken is nobody's to judge.
 * One that failed is of no use.
 */
export function tooMany(snapshots: readonly KeptSnapshot[], kept: number): KeptSnapshot[] {
  const newestFirst = snapshots.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
  const whole = newestFirst.filter(({ state }) => state === "completed");
  // A failure is no reason to be left without any.
  const failed = whole.length === 0 ? [] : newestFirst.filter(({ state }) => state === "error");
  return [...whole.slice(Math.max(kept, 1)), ...failed];
}
