import { blueprintNamed } from "../../blueprints/index.ts";
import type { EndReason } from "../../workflows/teardown.contract.ts";
import { isClaimed, isHeld, type SessionRecord } from "../session/record.ts";
import { retryMinutes } from "../session/retry.ts";
import { type Decision, nothing } from "./decision.ts";

/** The decisions: from the facts and the time to an action with its reason. Nothing here calls anything. */

/** Every ending begins here: a session that is over, or whose teardown is at work, needs nothing. */
function endUnlessEnding(record: SessionRecord, endReason: EndReason, reason: string, now: Date): Decision {
  if (record.status === "ended") return nothing(`session ended already; ${reason}`);
  if (isClaimed(record, now)) return nothing(`a teardown is at work; ${reason}`);
  return { action: "tear-down", session: record.id, endReason, generation: record.generation, reason };
}

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

const minutesFrom = (now: Date, minutes: number) => new Date(now.getTime() + minutes * 60_000);

/** A teardown that did not finish: somebody comes back, later each time, for as long as it takes. */
export function decideOnTeardown(
  record: SessionRecord | undefined,
  stopped: StoppedExecution & { endReason: EndReason },
  now: Date,
): Decision {
  if (wasRefused(stopped)) return nothing("the teardown was refused");
  if (record === undefined) return nothing("the session has no record");
  if (record.status === "ended") return nothing("the session has ended");
  if (isClaimed(record, now) && record.claim?.holder !== stopped.arn)
    return nothing("another teardown is at work");
  const minutes = retryMinutes(record.generation);
  return {
    action: "come-back",
    session: record.id,
    at: minutesFrom(now, minutes),
    endReason: record.reason ?? stopped.endReason,
    ...(record.claim?.holder === stopped.arn && { deadClaim: record.claim }),
    reason: `teardown ${record.generation} is ${stopped.status}; again in ${minutes} minutes`,
  };
}

/**
 * The undertaker's appointment: at the session's expiry, or with a reason to finish an end that was begun. It comes
 * again and again until it is dismissed, so "not now" needs no new appointment unless the expiry has moved.
 */
export function decideOnAppointment(
  session: string,
  record: SessionRecord | undefined,
  endReason: EndReason | undefined,
  now: Date,
): Decision {
  if (record === undefined) return { action: "dismiss", session, reason: "the session has no record" };
  if (record.status === "ended") return { action: "dismiss", session, reason: "the session has ended" };
  const begun = record.reason ?? endReason;
  if (begun !== undefined) return endUnlessEnding(record, begun, "its end was begun and not finished", now);
  const expiresAt = new Date(record.expiresAt);
  if (now < expiresAt) return { action: "come-back", session, at: expiresAt, reason: "its time is not over" };
  return endUnlessEnding(record, "expired", "its time is over", now);
}

/** Nobody seems to use it. The operator may want it kept all the same: then only its end and the operator end it. */
function endUnlessHeld(record: SessionRecord, endReason: EndReason, reason: string, now: Date): Decision {
  if (isHeld(record, now)) return nothing(`held until ${record.heldUntil}; ${reason}`);
  return endUnlessEnding(record, endReason, reason, now);
}

/**
 * An idle network. The clock starts at ready: setting up is activity. Half an alarm's span is its grace, because the
 * alarm tells once, and what it saw began at launch.
 */
export function decideOnIdle(record: SessionRecord | undefined, now: Date): Decision {
  if (record === undefined) return nothing("the session has no record");
  if (record.readyAt === undefined) return nothing("the machine is not ready yet; setting up is activity");
  const { periodSeconds, periods } = blueprintNamed(record.blueprint).idle;
  const graceEnds = Date.parse(record.readyAt) + (periodSeconds * periods * 1000) / 2;
  if (now.getTime() < graceEnds) return nothing(`ready only since ${record.readyAt}`);
  return endUnlessHeld(
    record,
    "idle",
    `the network was idle for ${(periodSeconds * periods) / 60} minutes`,
    now,
  );
}

/** As long as a machine itself waits for somebody to come back; it asks again every minute. */
const logoutGraceMinutes = 2;

export interface AskingMachine {
  instanceId: string;
  /** What its own tag says; an event that says more is not believed. */
  asks: string | undefined;
}

/** A machine that asks for its end, because the last ssh session on it was closed. */
export function decideOnAsk(record: SessionRecord | undefined, machine: AskingMachine, now: Date): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine?.instanceId !== machine.instanceId)
    return nothing("the session lives on another machine");
  if (machine.asks !== "logged-out")
    return nothing(`the machine's tag asks for ${machine.asks ?? "nothing"}`);
  if (record.readyAt === undefined) return nothing("the machine is not ready yet; nobody can have logged in");
  if (now < minutesFrom(new Date(record.readyAt), logoutGraceMinutes)) {
    return nothing(`ready only since ${record.readyAt}`);
  }
  return endUnlessHeld(record, "logged-out", "the last ssh session was closed", now);
}

export interface StoppedMachine {
  instanceId: string;
  state: string;
  /** What the machine last said of itself. */
  phase: string | undefined;
}

/** A machine that ended by itself: its launch is told while it waits, its session ended when it was ready. */
export function decideOnMachine(
  record: SessionRecord | undefined,
  machine: StoppedMachine,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine !== undefined && record.machine.instanceId !== machine.instanceId) {
    return nothing("the session lives on another machine");
  }
  if (record.status === "launching" && !isClaimed(record, now)) {
    const cause = `the machine shut itself down; its last phase was "${machine.phase ?? "none"}"`;
    return {
      action: "fail-launch",
      session: record.id,
      instanceId: machine.instanceId,
      cause,
      reason: cause,
    };
  }
  return endUnlessEnding(record, "machine-gone", `the machine is ${machine.state}`, now);
}
