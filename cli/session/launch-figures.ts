import { launchOutcome, secondsToReady } from "../../functions/session/launches.ts";
import type { SessionRecord } from "../../functions/session/record.ts";

/** How launches went. Those that were called off, or are under way, say nothing about success. */
export interface LaunchFigures {
  readonly ready: number;
  readonly failed: number;
  readonly medianSecondsToReady: number | null;
}

/** The launches of some records, and the same by zone; a launch that got no machine has none. */
export function launchFigures(records: readonly SessionRecord[]) {
  const zones = Map.groupBy(records, ({ machine }) => machine?.zone ?? "none");
  const byZone = [...zones]
    .map(([zone, ofZone]) => ({ zone, ...figuresOf(ofZone) }))
    .filter(({ ready, failed }) => ready + failed > 0)
    .toSorted((one, other) => one.zone.localeCompare(other.zone));
  return { ...figuresOf(records), byZone };
}

function figuresOf(records: readonly SessionRecord[]): LaunchFigures {
  const outcomes = records.map(launchOutcome);
  return {
    ready: outcomes.filter((outcome) => outcome === "ready").length,
    failed: outcomes.filter((outcome) => outcome === "failed").length,
    medianSecondsToReady: median(records.flatMap((record) => secondsToReady(record) ?? [])),
  };
}

/** The middle one; of an even number, the mean of the middle two. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : Math.round((lower + upper) * 5) / 10;
}
