import { randomBytes } from "node:crypto";
import { type ExtendInput, extended } from "../../workflows/extend.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { follow, start } from "../session/executions.ts";
import { stateShown } from "../session/phases.ts";
import { showProgress } from "../show/progress.ts";
import { recordOf } from "./status.ts";

/** `extend` and `hold`: more time for a session, or a while in which nothing but its hard cap ends it. */
export async function extend(
  context: Context,
  session: string,
  extension: Omit<ExtendInput, "session">,
  options: GlobalOptions,
): Promise<Ending> {
  const { screen } = context;
  await context.announce();
  await recordOf(context, session);
  const input = { session, ...extension };
  if (options.dryRun) {
    const workflow = `${context.stage}-extend`;
    const text = `Would start ${workflow} with ${JSON.stringify(input)}\nNothing was done.`;
    screen.result({ dryRun: true, workflow, input }, text);
    return "done";
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const name = `${session}-${randomBytes(3).toString("hex")}`;
  const execution = await start(context, "extend", name, input);
  const entered = stateShown(progress, "extend", session);
  const ended = await follow(context, execution, { entered, signal: interruption.begun });
  progress.end(ended?.status === "SUCCEEDED");
  interruption.check();
  if (ended?.status === "SUCCEEDED") {
    const answer = extended.parse(JSON.parse(ended.output ?? "null"));
    screen.result(answer, answer.message);
    return "done";
  }
  throw new CommandError({
    what: ended?.error === "Refused" ? "that was refused" : "the session could not be changed",
    why: ended?.cause ?? "no reason was given",
    remedy: `npx moonbase status ${session} tells how long it has`,
    ending: ended?.error === "Refused" ? "refused" : "unexpected",
  });
}
