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
import { isClaimed, isHeld, type SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession, updateSession } from "../session/store.ts";
import { sessionFilters } from "../session/tags.ts";
import { rehireUndertaker } from "../session/undertaker.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** Longer than any teardown runs (its own limit is 30 minutes), so that a claim never lapses under its holder. */
const claimMinutes = 35;

/** Takes the session for this teardown alone, and stops a launch that is still at it. */
export async function claim(event: unknown): Promise<Claim> {
  const { execution, input } = request.parse(event);
  const parsed = teardownInput.safeParse(input);
  if (!parsed.success) return { session: "", outcome: "refused", message: explain(parsed.error, input) };
  const { session, reason, failure } = parsed.data;

  const record = await findSession(session);
  if (record === undefined) return claimUnrecorded(session, reason);
  if (isKept(record, reason)) return leave(record, reason);
  if (!(await take(record, execution, { reason, failure }))) {
    return leave((await findSession(session)) ?? record, reason);
  }
  if (record.status === "launching" && reason !== "launch-failed") await stopLaunch(record, reason);
  return { session, outcome: "claimed", message: `session "${session}" ends: ${reason}` };
}

const idleness: readonly EndReason[] = ["idle", "logged-out"];

/** Between the look that began an end for idleness and this one, the operator may have had the session held. */
const isKept = (record: SessionRecord, reason: EndReason) =>
  record.reason === undefined && idleness.includes(reason) && isHeld(record, new Date());

function leave(record: SessionRecord, reason: EndReason): Claim {
  const session = record.id;
  if (isKept(record, reason)) {
    const message = `session "${session}" is held until ${record.heldUntil}; ${reason} does not end it`;
    return { session, outcome: "refused", message };
  }
  const message = `another teardown of session "${session}" is at work: ${record.claim?.holder}`;
  return { session, outcome: "held", message };
}

/**
 * A session without a record: tagged machines show that there was one, and a launch that broke while it was admitted
 * may have left a taken place; the sweep has seen what it wants removed. A name that nobody knows is most likely mistyped.
 */
async function claimUnrecorded(session: string, reason: string): Promise<Claim> {
  const machines = await findMachines(sessionFilters(settings().stage, session));
  if (machines.length > 0 || reason === "launch-failed" || reason === "swept") {
    return { session, outcome: "claimed", message: `session "${session}" has no record` };
  }
  const message = `session: "${session}" is not known here; no record and no machine bears that name`;
  return { session, outcome: "unknown", message };
}

/**
 * The first reason stays: a second teardown finishes what the first one began. The undertaker is told to come when
 * the claim lapses, in case this teardown dies and the event that says so is lost.
 */
async function take(
  record: SessionRecord,
  holder: string,
  why: Pick<TeardownInput, "reason" | "failure">,
): Promise<boolean> {
  const now = new Date();
  if (isClaimed(record, now)) return record.claim?.holder === holder;
  const expiresAt = new Date(now.getTime() + claimMinutes * 60_000);
  const reason = record.reason ?? why.reason;
  const failure = record.failure ?? why.failure;
  const taken = await updateSession(
    record.id,
    {
      claim: { holder, claimedAt: now.toISOString(), expiresAt: expiresAt.toISOString() },
      generation: record.generation + 1,
      reason,
      ...(failure !== undefined && { failure }),
    },
    {
      expression: [
        "generation = :seen AND (attribute_not_exists(claim) OR claim.expiresAt <= :now)",
        ...(idleness.includes(reason) && record.reason === undefined
          ? ["(attribute_not_exists(heldUntil) OR heldUntil <= :now)"]
          : []),
      ].join(" AND "),
      values: { ":seen": record.generation, ":now": now.toISOString() },
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
async function stopLaunch(record: SessionRecord, reason: string): Promise<void> {
  const stop = new StopExecutionCommand({
    executionArn: record.launchExecution,
    error: "SessionEnded",
    cause: `The session was ended while it was launching: ${reason}`,
  });
  try {
    await unless(["ExecutionDoesNotExist", "ValidationException"], () => sfn.send(stop));
  } catch (error) {
    log.error("launch not stopped", { execution: record.launchExecution, error: nameOf(error) });
  }
}
