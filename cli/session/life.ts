import { dollars } from "../../functions/session/cost.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import { isUnheard } from "../aws/explain.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import type { Interruption } from "../interruption.ts";
import type { Progress } from "../show/progress.ts";
import { awaitReady } from "./await-ready.ts";
import { endSession, type SessionEnd, takeBack } from "./end.ts";
import { executionOf, start } from "./executions.ts";
import { keysFolder, knowHost, makeKey, removeKey, type SessionKey } from "./keys.ts";
import { launchInput, type Plan } from "./plan.ts";
import { stay } from "./stay.ts";

export interface Life {
  readonly context: Context;
  readonly plan: Plan;
  readonly interruption: Interruption;
  readonly progress: Progress;
}

/** What there may be of a session, so that it can be taken away whatever happens next. */
interface Traces {
  key?: SessionKey;
  /** Its launch was asked for, and may or may not have been heard. */
  launch?: string;
  ready?: Launched;
  /** It shall stay: the operator wants it, or nobody can know whether somebody works on it. */
  kept?: boolean;
}

/** One session from key to nothing. However it ends, what it has made is taken away before this ends. */
export async function live(life: Life): Promise<Ending> {
  const traces: Traces = {};
  try {
    const ending = await liveOn(life, traces);
    if (traces.kept) return ending;
  } catch (error) {
    if (traces.kept) throw error;
    life.progress.end(false);
    await takeAway(life, traces, error).catch((failure: unknown) => {
      // Both are told, and what is left decides the exit code.
      if (error instanceof Error) life.context.screen.note(`moonbase: ${error.message}`);
      throw failure;
    });
    throw error;
  }
  report(life, await takeAway(life, traces, undefined));
  return "done";
}

async function liveOn(life: Life, traces: Traces): Promise<Ending> {
  const { context, plan, interruption, progress } = life;
  const { session } = plan;
  interruption.check();
  progress.step({ event: "launch", session }, `session ${session}`);
  let publicKey: string | undefined;
  if (plan.key) {
    const made = await makeKey(await keysFolder(context), session);
    traces.key = made;
    publicKey = made.publicKey;
  }
  interruption.check();
  await ask(life, traces, publicKey);
  interruption.check();
  const ready = await awaitReady(life, traces);
  traces.ready = ready;
  if (traces.key !== undefined) knowHost(traces.key, session, ready.hostKey);
  progress.end();
  if (plan.detach) {
    // The last moment at which a signal still ends it: from here on it is the operator's.
    interruption.check();
    traces.kept = true;
    showDetached(life, ready, traces.key);
    return "done";
  }
  return stay(life, ready, traces);
}

/** Asks for the launch. A refusal leaves nothing behind; silence may. */
async function ask({ context, plan }: Life, traces: Traces, publicKey: string | undefined): Promise<void> {
  traces.launch = await executionOf(context, "launch", plan.session);
  try {
    await start(context, "launch", plan.session, launchInput(plan, publicKey));
  } catch (error) {
    if (!isUnheard(error)) delete traces.launch;
    throw error;
  }
}

/** Takes away what there may be: the machine by its teardown, then the key, which opens nothing any more. */
async function takeAway(life: Life, traces: Traces, cause: unknown): Promise<SessionEnd | undefined> {
  const { context, plan, interruption, progress } = life;
  const { session } = plan;
  try {
    if (traces.launch === undefined) return undefined;
    const options = { session, progress, signal: interruption.waiting };
    const end =
      traces.ready === undefined
        ? await takeBack(context, traces.launch, options)
        : await endSession(context, options);
    progress.end(end.kind === "gone");
    assertGone(session, end);
    if (cause !== undefined) context.screen.note(goneText(session, end));
    return end;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      {
        what: `session "${session}" may be up, and its end could not be asked for`,
        why: error instanceof Error ? error.message : String(error),
        remedy: `when the network is back: npx moonbase teardown ${session}; otherwise it ends itself ${plan.minutes} minutes after its launch`,
        ending: "noAnswer",
      },
      { cause: error },
    );
  } finally {
    if (traces.key !== undefined) removeKey(traces.key);
  }
}

/** Throws unless nothing is left. */
export function assertGone(session: string, end: SessionEnd): void {
  if (end.kind === "failed")
    throw new CommandError({
      what: `session "${session}" is not gone yet`,
      why: end.message,
      remedy: `it is tried again by itself; npx moonbase why ${session}, or ${end.link}`,
      ending: "notGone",
    });
  if (end.kind === "goes-on")
    throw new CommandError({
      what: `the teardown of session "${session}" goes on`,
      why: "it was not waited for",
      remedy: `npx moonbase status ${session} tells how far it is`,
      ending: "notGone",
    });
}

export function goneText(session: string, end: SessionEnd | undefined): string {
  if (end?.kind !== "gone") return `Nothing was made of session ${session}`;
  const { reason, hours, cost, saved } = end.books;
  return `Session ${session} is gone (${reason}): ${hours} hours, ${dollars(cost)}; ${saved}`;
}

function report({ context, plan }: Life, end: SessionEnd | undefined): void {
  context.screen.result(
    { session: plan.session, gone: true, ...(end?.kind === "gone" && end.books) },
    goneText(plan.session, end),
  );
}

function showDetached({ context, plan }: Life, ready: Launched, key: SessionKey | undefined): void {
  const { session } = plan;
  const isOpen = key !== undefined && plan.sourceCidr !== undefined;
  const how = isOpen
    ? `npx moonbase connect ${session}`
    : `aws ssm start-session --target ${ready.instanceId}, or over its tailnet`;
  const text = [
    `Session ${session} is ready: ${ready.instanceType} (${ready.market}) in ${ready.zone}, ${ready.address ?? "no address"}`,
    `It ends by itself at ${ready.expiresAt}, or earlier when it falls idle.`,
    `Log in:  ${how}`,
    ...(key === undefined || isOpen ? [] : [`By ssh:  npx moonbase ssh on ${session}, then connect`]),
    `End it:  npx moonbase teardown ${session}`,
  ].join("\n");
  const keyFiles = key === undefined ? null : { key: key.file, knownHosts: key.knownHosts };
  context.screen.result({ ...ready, highestCost: plan.highestCost, ...keyFiles }, text);
}
