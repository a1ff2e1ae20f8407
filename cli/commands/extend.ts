import { type ExtendInput, extended } from "../../workflows/extend.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import type { GlobalOptions } from "../options.ts";
import { runOnSession } from "../session/workflow.ts";
import { recordOf } from "./status.ts";

/** `extend` and `hold`: more time for a session, or a while in which nothing but its hard cap ends it. */
export async function extend(
  context: Context,
  session: string,
  extension: Omit<ExtendInput, "session">,
  options: GlobalOptions,
): Promise<Ending> {
  await context.announce();
  await recordOf(context, session);
  const end = await runOnSession(context, "extend", { session, ...extension }, options);
  if (end === undefined) return "done";
  if (end.kind === "succeeded") {
    const answer = extended.parse(end.answer);
    context.screen.result(answer, answer.message);
    return "done";
  }
  throw new CommandError({
    what: end.kind === "refused" ? "that was refused" : "the session could not be changed",
    why: end.why,
    remedy: `npx moonbase status ${session} tells how long it has`,
    ending: end.kind === "refused" ? "refused" : "unexpected",
  });
}
