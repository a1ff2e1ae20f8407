import type { KeptSnapshot } from "../session/snapshots.ts";

/**
 * Which snapshots are too many. Only whole ones count, the newest stay, and one that is being taken is nobody's to judge.
 * One that failed is of no use. The one just taken is the newest, whatever the clocks say. Those of another volume, which a
 * restore has put aside perhaps, and those that somebody took by hand are not ours to count.
 */
export function tooMany(snapshots: readonly KeptSnapshot[], kept: number, taken: string): KeptSnapshot[] {
  const volume = snapshots.find(({ id }) => id === taken)?.volume;
  const ours = snapshots.filter((one) => one.volume === volume && one.execution !== undefined);
  const newestFirst = ours.toSorted(
    (one, other) =>
      Number(other.id === taken) - Number(one.id === taken) ||
      other.startedAt.getTime() - one.startedAt.getTime(),
  );
  const whole = newestFirst.filter(({ state }) => state === "completed");
  // A failure is no reason to be left without any.
  const failed = whole.length === 0 ? [] : newestFirst.filter(({ state }) => state === "error");
  return [...whole.slice(Math.max(kept, 1)), ...failed];
}
