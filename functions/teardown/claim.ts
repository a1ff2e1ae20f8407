import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { explain } from "../../workflows/fields.ts";
import {
  type Claim,
  type EndReason,
  type TeardownInput,
  teardownInput,
} from "../../workflows/teardown.contract.ts";
import { sfn } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { log } from "../session/log.ts";
import { findMachines } from "../session/machines.ts";
import { idleness } from "../session/reasons.ts";
import { isClaimed, isHeld, type SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession, updateSession } from "../session/store.ts";
import { sessionFilters } from "../session/tags.ts";
import { minutesFrom } from "../session/times.ts";
import { rehireUndertaker } from "../session/undertaker.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** Longer than any teardown runs (its own limit is an hour), so that a claim never lapses under its holder. */
const claimMinutes = 65;

/** Takes the session for this teardown alone, and stops a launch that is still at it. */
export async function claim(event: unknown): Promise<Claim> {
  const { execution, input } = request.parse(event);
  const parsed = teardownInput.safeParse(input);
  if (!parsed.success) return { session: "", outcome: "refused", message: explain(parsed.error, input) };
  const { session, reason, evidence, failure, work } = parsed.data;

  const record = await findSession(session);
  if (record === undefined) return claimUnrecorded(session, reason);
  if (isHeldAgainst(record, reason)) return leave(record, reason);
  if (overtakes(record, reason, execution)) await stopOther(record.claim?.holder ?? "", reason);
  if (!(await take(record, execution, { reason, evidence, failure, work }))) {
    const newest = (await findSession(session)) ?? record;
    // Run again, the step sees whom it has to overtake.
    if (overtakes(newest, reason, execution))
      throw new Error(`session "${session}" was taken at the same moment`);
    return leave(newest, reason);
  }
  if (record.status === "launching" && reason !== "launch-failed") await stopLaunch(record, reason);
  return { session, outcome: "claimed", message: `session "${session}" ends: ${reason}` };
}

/**
 * Spot gives two minutes, and a voluntary teardown that is at work would take them: an interruption takes its place. It
 * is stopped before the session is taken, because a step that is run again must still know whom to stop.
 */
const overtakes = (record: SessionRecord, reason: EndReason, execution: string): boolean =>
  isUrgent(record, reason) && isClaimed(record, new Date()) && record.claim?.holder !== execution;

/** The first interruption of a session whose machine is not known to be gone. */
const isUrgent = (record: SessionRecord, reason: EndReason) =>
  reason === "interrupted" && record.reason !== "interrupted" && record.goneAt === undefined;

/** Between the look that began an end for idleness and this one, the operator may have had the session held. */
const isHeldAgainst = (record: SessionRecord, reason: EndReason) =>
  record.reason === undefined && idleness.includes(reason) && isHeld(record, new Date());

function leave(record: SessionRecord, reason: EndReason): Claim {
  const session = record.id;
  if (isHeldAgainst(record, reason)) {
    const message = `session "${session}" is held until ${record.heldUntil}; ${reason} does not end it`;
    return { session, outcome: "refused", message };
  }
  const message = `another teardown of session "${session}" is at work: ${record.claim?.holder}`;
  return { session, outcome: "held", message };
}

/** They know better than the record that something is left. */
const knowing: readonly EndReason[] = ["launch-failed", "swept"];

/**
 * A session without a record: tagged machines show that there was one, a launch that broke while it was admitted may
 * have left a taken place, and the sweep has seen what it asks to be removed. A name that nobody knows is most likely
 * mistyped.
 */
async function claimUnrecorded(session: string, reason: EndReason): Promise<Claim> {
  const machines = await findMachines(sessionFilters(settings().stage, session));
  if (machines.length > 0 || knowing.includes(reason)) {
    return { session, outcome: "claimed", message: `session "${session}" has no record` };
  }
  const message = `session: "${session}" is not known here; no record and no machine bears that name`;
  return { session, outcome: "unknown", message };
}

/**
 * The first reason stays, unless spot gives notice: a second teardown finishes what the first one began. The undertaker
 * is told to come when the claim lapses, in case this teardown dies and the event that says so is lost.
 */
async function take(
  record: SessionRecord,
  holder: string,
  why: Pick<TeardownInput, "reason" | "evidence" | "failure" | "work">,
): Promise<boolean> {
  const now = new Date();
  const urgent = isUrgent(record, why.reason);
  if (isClaimed(record, now) && (!urgent || record.claim?.holder === holder)) {
    return record.claim?.holder === holder;
  }
  const expiresAt = minutesFrom(now, claimMinutes);
  const reason = urgent ? why.reason : (record.reason ?? why.reason);
  const failure = record.failure ?? why.failure;
  // It belongs to the reason that it came with.
  const evidence = reason === why.reason ? (record.evidence ?? why.evidence) : undefined;
  const work = record.work ?? why.work;
  const taken = await updateSession(
    record.id,
    {
      claim: { holder, claimedAt: now.toISOString(), expiresAt: expiresAt.toISOString() },
      endBegunAt: record.endBegunAt ?? now.toISOString(),
      generation: record.generation + 1,
      reason,
      ...(evidence !== undefined && { evidence }),
      ...(failure !== undefined && { failure }),
      ...(work !== undefined && { work }),
      ...(reason === "interrupted" && { interruptedAt: record.interruptedAt ?? now.toISOString() }),
    },
    {
      expression: [
        "generation = :seen",
        ...(urgent ? [] : ["(attribute_not_exists(claim) OR claim.expiresAt <= :now)"]),
        ...(idleness.includes(reason) && record.reason === undefined
          ? ["(attribute_not_exists(heldUntil) OR heldUntil <= :now)"]
          : []),
      ].join(" AND "),
      values: { ":seen": record.generation, ...(!urgent && { ":now": now.toISOString() }) },
    },
  );
  // A reply can be lost: the write is then repeated and fails on what it has itself written.
  const ours = taken || (await findSession(record.id))?.claim?.holder === holder;
  if (ours) await rehireUndertaker({ session: record.id, endReason: reason }, expiresAt);
  return ours;
}

/**
 * Spares the launch its waiting; one that has ended needs no stopping. It is the claim that keeps a launch from making
 * anything more, so one that cannot be stopped is no reason to let its machine run.
 */
const stopLaunch = ({ launchExecution }: SessionRecord, reason: string) =>
  stop(launchExecution, "SessionEnded", `The session was ended while it was launching: ${reason}`);

/** It would find out at its next step: none of them acts for a session that is another's. */
const stopOther = (execution: string, reason: string) =>
  stop(execution, "Overtaken", `Another teardown has taken the session over: ${reason}`);

async function stop(executionArn: string, error: string, cause: string): Promise<void> {
  const command = new StopExecutionCommand({ executionArn, error, cause });
  try {
    await unless(["ExecutionDoesNotExist", "ValidationException"], () => sfn.send(command));
  } catch (failed) {
    log.error("execution not stopped", { execution: executionArn, error: nameOf(failed) });
  }
}
