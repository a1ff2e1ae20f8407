import { join } from "node:path";
import { explainAws } from "../aws/explain.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { type Ending, exitCodes } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { endSession, type SessionEnd } from "../session/end.ts";
import { keyIn, keysFolder, removeKey, sweepKeys } from "../session/keys.ts";
import { assertGone, goneText } from "../session/life.ts";
import { machinesOfStage } from "../session/machines.ts";
import { readLive } from "../session/records.ts";
import { showProgress } from "../show/progress.ts";

export interface TeardownOptions extends GlobalOptions {
  readonly all?: boolean;
}

interface Outcome {
  readonly session: string;
  readonly end?: SessionEnd;
  readonly error?: CommandError;
}

/** `teardown`: takes sessions away, all at once, and waits until nothing is left of each. */
export async function teardown(
  context: Context,
  given: readonly string[],
  options: TeardownOptions,
): Promise<Ending> {
  const { screen } = context;
  if (options.all ? given.length > 0 : given.length === 0) {
    throw new CommandError({ what: "teardown takes sessions, or --all", ending: "usage" });
  }
  await context.announce();
  const sessions = options.all ? await allSessions(context) : [...new Set(given)];
  if (options.dryRun) {
    const text = sessions.map((session) => `Would end session ${session}`);
    screen.result({ dryRun: true, sessions }, [...text, "Nothing was done."].join("\n"));
    return "done";
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const keys = await keysFolder(context);
  const outcomes = await Promise.all(
    sessions.map(async (session): Promise<Outcome> => {
      try {
        const end = await endSession(context, { session, progress, signal: interruption.waiting });
        if (end.kind === "gone") removeKey(keyIn(join(keys, session)));
        return { session, end, ...judged(session, end) };
      } catch (thrown) {
        // One that cannot be asked for keeps none of the others.
        const error = thrown instanceof CommandError ? thrown : explainAws(thrown, context.target);
        if (error === undefined) throw thrown;
        return { session, error };
      }
    }),
  );
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  progress.end(errors.length === 0);
  await sweepKeys(context);
  return report(context, outcomes, errors, options.all === true);
}

function judged(session: string, end: SessionEnd): { error: CommandError } | undefined {
  if (end.kind === "unknown") {
    const remedy = "npx moonbase status lists the sessions that are live";
    const complaint = { what: `there is no session "${session}" here`, why: end.message, remedy };
    return { error: new CommandError({ ...complaint, ending: "unknown" }) };
  }
  try {
    assertGone(session, end);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return { error };
    throw error;
  }
}

/** One failure is thrown as it is; of several the gravest decides the exit code, and each is told. */
function report(
  { screen }: Context,
  outcomes: readonly Outcome[],
  errors: readonly CommandError[],
  all: boolean,
): Ending {
  const [first, ...others] = errors.toSorted((one, other) => other.exitCode - one.exitCode);
  if (first !== undefined && outcomes.length === 1) throw first;
  const text = outcomes.map(({ session, end, error }) => error?.message ?? goneText(session, end));
  const documents = outcomes.map(({ session, end, error }) => ({
    session,
    gone: error === undefined,
    ...(end?.kind === "gone" && end.books),
    ...(error !== undefined && { message: error.message, why: error.complaint.why ?? null }),
  }));
  // Who names one session gets one document, who asks for all a list, however many there are.
  const [only] = all || documents.length > 1 ? [] : documents;
  screen.result(only ?? documents, text.join("\n") || "No session is live.");
  for (const { complaint } of [...(first ? [first] : []), ...others]) {
    screen.note([complaint.what, complaint.why, complaint.remedy].filter(Boolean).join(" · "));
  }
  if (first === undefined) return "done";
  return first.exitCode === exitCodes.unknown.code ? "unknown" : "notGone";
}

/** What the books know and what the tags know: a machine that no record explains has to go as well. */
async function allSessions(context: Context): Promise<string[]> {
  const [{ sessions }, machines] = await Promise.all([readLive(context), machinesOfStage(context)]);
  const tagged = machines.flatMap(({ session }) => session ?? []);
  return [...new Set([...sessions, ...tagged])].toSorted();
}
