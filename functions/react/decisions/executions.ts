import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { keptUntil, type SaveFailurePolicy } from "../../session/caps.ts";
import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { retryMinutes } from "../../session/retry.ts";
import { minutesFrom } from "../../session/times.ts";
import { type Decision, nothing } from "../decision.ts";
import { endUnlessEnding } from "./ending.ts";

export type StoppedStatus = "FAILED" | "TIMED_OUT" | "ABORTED";

export interface StoppedExecution {
  arn: string;
  status: StoppedStatus;
  /** The name of the error that it failed with. */
  error?: string | undefined;
}

/** An input that was refused: nothing was begun, so nothing has to be ended. */
const wasRefused = ({ error }: StoppedExecution) => error === "Refused";

/**
 * A launch that ended without arriving. The console's Stop button and a timeout skip every Catch of the workflow. They
 * do not stop the function that is at work either: a session may get its record after we have looked for it, so
 * somebody comes back for one that has none.
 */
export function decideOnLaunch(
  session: string,
  record: SessionRecord | undefined,
  stopped: StoppedExecution,
  now: Date,
): Decision {
  if (wasRefused(stopped)) return nothing("the launch was refused");
  const endReason = stopped.status === "ABORTED" ? "launch-stopped" : "launch-failed";
  const reason = `the launch is ${stopped.status}`;
  if (record === undefined)
    return { action: "come-back", session, at: minutesFrom(now, 2), endReason, reason };
  if (record.launchExecution !== stopped.arn) return nothing("the session belongs to another launch");
  return endUnlessEnding(record, endReason, reason, now);
}

export interface StoppedTeardown extends StoppedExecution {
  endReason: EndReason;
  /** What becomes of a machine that could not be saved. */
  onSaveFailure: SaveFailurePolicy;
}

/** A teardown that did not finish: somebody comes back, later each time, for as long as it takes. */
export function decideOnTeardown(
  record: SessionRecord | undefined,
  stopped: StoppedTeardown,
  now: Date,
): Decision {
  if (wasRefused(stopped)) return nothing("the teardown was refused");
  if (record === undefined) return nothing("the session has no record");
  if (record.status === "ended") return nothing("the session has ended");
  if (isClaimed(record, now) && record.claim?.holder !== stopped.arn)
    return nothing("another teardown is at work");
  const at = nextTry(record, stopped, now);
  return {
    action: "come-back",
    session: record.id,
    at,
    endReason: record.reason ?? stopped.endReason,
    ...(record.claim?.holder === stopped.arn && { deadClaim: record.claim }),
    reason: `teardown ${record.generation} is ${stopped.status}; again at ${at.toISOString()}`,
  };
}

/** A machine that could not be saved is not paid for longer than was decided, only because nobody came sooner. */
function nextTry(record: SessionRecord, { error, onSaveFailure }: StoppedTeardown, now: Date): Date {
  const at = minutesFrom(now, retryMinutes(record.generation));
  const cap = error === "NotSaved" ? keptUntil(record, onSaveFailure) : undefined;
  return cap !== undefined && cap > now && cap < at ? cap : at;
}
