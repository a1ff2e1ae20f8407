import type { EndReason } from "../../workflows/teardown.contract.ts";
import type { SessionRecord } from "./record.ts";

/** How a launch went; called off: somebody ended it while it was at it, and it might have arrived. */
export type LaunchOutcome = "ready" | "failed" | "called-off" | "under-way";

const callsOff: readonly EndReason[] = ["operator", "launch-stopped", "budget"];

export function launchOutcome({
  readyAt,
  ending,
  reason,
}: Pick<SessionRecord, "readyAt" | "ending" | "reason">): LaunchOutcome {
  if (readyAt !== undefined) return "ready";
  if (ending === undefined) return "under-way";
  return reason !== undefined && callsOff.includes(reason) ? "called-off" : "failed";
}

/** Seconds from the request until the machine was ready; undefined: it never was. */
export function secondsToReady({
  requestedAt,
  readyAt,
}: Pick<SessionRecord, "requestedAt" | "readyAt">): number | undefined {
  if (readyAt === undefined) return undefined;
  // A request is written down with the next whole second, because schedules know no fraction.
  return Math.max(0, Math.round((Date.parse(readyAt) - Date.parse(requestedAt)) / 100) / 10);
}
