import { setTimeout as pause } from "node:timers/promises";
import { unless } from "../../functions/session/errors.ts";
import { executionLink } from "../../functions/session/links.ts";
import { type TornDown, tornDown } from "../../workflows/teardown.contract.ts";
import type { Context } from "../context.ts";
import type { Progress } from "../show/progress.ts";
import { describe, type Entered, executionName, follow, start, stop } from "./executions.ts";
import { findRecord } from "./records.ts";

/** How an end went. */
export type SessionEnd =
  | { readonly kind: "gone"; readonly books: TornDown }
  /** Nobody knows such a session. */
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly link: string }
  /** Somebody did not want to wait; it goes on. */
  | { readonly kind: "goes-on" };

interface EndOptions {
  readonly session: string;
  readonly progress: Progress;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Has a session torn down, and waits until nothing is left of it. */
export async function endSession(context: Context, options: EndOptions): Promise<SessionEnd> {
  const { session, progress, signal } = options;
  progress.step({ event: "teardown", session }, `teardown of ${session} · start`);
  const execution = await start(context, "teardown", executionName(session), { session });
  const ended = await follow(context, execution, {
    entered: ({ state, at }: Entered) =>
      progress.step(
        { event: "state", workflow: "teardown", session, state, time: at.toISOString() },
        `teardown of ${session} · ${state}`,
      ),
    signal,
  });
  if (ended === undefined) return { kind: "goes-on" };
  if (ended.status !== "SUCCEEDED") return unsuccessful(ended.error, ended.cause, execution);
  const books = tornDown.safeParse(JSON.parse(ended.output ?? "null"));
  return books.success ? { kind: "gone", books: books.data } : untilOtherEnds(context, options);
}

function unsuccessful(error: string | undefined, cause: string | undefined, execution: string): SessionEnd {
  const message = cause ?? error ?? "no reason was given";
  if (error === "Refused") return { kind: "unknown", message };
  return { kind: "failed", message, link: executionLink(execution) };
}

const otherMilliseconds = 30 * 60_000;

/** Another teardown is at work and holds the session: its record says when it is done. */
async function untilOtherEnds(
  context: Context,
  { session, progress, signal }: EndOptions,
): Promise<SessionEnd> {
  progress.step({ event: "held", session }, `another teardown of ${session} is at work`);
  const deadline = performance.now() + otherMilliseconds;
  while (!signal.aborted && performance.now() < deadline) {
    const record = await findRecord(context, session);
    if (record?.ending !== undefined) {
      const { reason = "operator", ending } = record;
      return { kind: "gone", books: { session, reason, ...ending } };
    }
    await pause(1_000, undefined, { signal }).catch(() => undefined);
  }
  return { kind: "goes-on" };
}

/** The first step of a launch takes a second; a function that is at work outlives its execution by less than a minute. */
const admissionMilliseconds = 15_000;
const lastStepMilliseconds = 60_000;

/**
 * Takes back a launch that may have made anything or nothing yet. As soon as there is a record its teardown stops the
 * launch and removes what there is, and a launch that is over without one has made nothing. One that stays between
 * the two is stopped, and asked after until its last step must be over; `react` looks again in any case.
 */
export async function takeBack(context: Context, launch: string, options: EndOptions): Promise<SessionEnd> {
  const { session, signal } = options;
  switch (await admission(context, launch, options)) {
    case "recorded":
      return endSession(context, options);
    case "over":
      return { kind: "unknown", message: "the launch ended before it had made anything" };
    case "open":
      await stop(context, launch, "the command that asked for it was stopped");
  }
  const deadline = performance.now() + lastStepMilliseconds;
  let end = await endSession(context, options);
  while (end.kind === "unknown" && !signal.aborted && performance.now() < deadline) {
    await pause(1_000, undefined, { signal }).catch(() => undefined);
    if ((await findRecord(context, session)) !== undefined) end = await endSession(context, options);
  }
  return end;
}

/** Waits for the first step of a launch to be over, one way or the other. */
async function admission(
  context: Context,
  launch: string,
  { session, signal }: EndOptions,
): Promise<"recorded" | "over" | "open"> {
  const deadline = performance.now() + admissionMilliseconds;
  while (!signal.aborted && performance.now() < deadline) {
    // In this order: a launch that is over writes no record any more.
    const execution = await unless(["ExecutionDoesNotExist"], () => describe(context, launch));
    if ((await findRecord(context, session)) !== undefined) return "recorded";
    if (execution?.error === "Refused") return "over";
    if (execution === undefined || execution.status !== "RUNNING") return "open";
    await pause(200, undefined, { signal }).catch(() => undefined);
  }
  return "open";
}
