import type { SessionRecord } from "../../session/record.ts";
import { retryMinutes } from "../../session/retry.ts";
import { minutesFrom } from "../../session/times.ts";
import { type Decision, nothing } from "../decision.ts";
import { endUnlessEnding } from "./ending.ts";

/** The longest that a teardown is at it before it fails and the undertaker makes its next appointment. */
const longestTeardownMinutes = 60;

/**
 * A machine that is kept for what it holds, when the sweep finds it. The undertaker comes back for it, later each time;
 * its appointment is not overtaken.
 */
export function decideOnKept(record: SessionRecord | undefined, now: Date): Decision {
  if (record?.reason === undefined) return nothing("nobody has begun to end the session");
  if (record.claim !== undefined) {
    const minutes = longestTeardownMinutes + retryMinutes(record.generation);
    const dueAt = minutesFrom(new Date(record.claim.claimedAt), minutes);
    if (now < dueAt) return nothing(`the undertaker comes back for it until ${dueAt.toISOString()}`);
  }
  return endUnlessEnding(record, record.reason, "its end was begun and not finished", now);
}
