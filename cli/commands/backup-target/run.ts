import { CommandError } from "../../command-error.ts";
import type { Context } from "../../context.ts";
import type { GlobalOptions } from "../../options.ts";
import { type Run, runWorkflow } from "../../session/workflow.ts";

/**
 * Has a workflow of the backup target do something. What was not done is told in the words of `failed`. Answers what it has
 * answered; undefined when it was only asked what it would do.
 */
export async function runForTarget(
  context: Context,
  run: Run,
  failed: string,
  options: GlobalOptions,
): Promise<{ readonly answer: unknown } | undefined> {
  const end = await runWorkflow(context, run, options);
  if (end === undefined || end.kind === "succeeded") return end;
  const refused = end.kind === "refused";
  throw new CommandError({
    what: refused ? "that was refused" : failed,
    why: end.why,
    remedy: "docs/runbooks/backup-target.md",
    ending: refused ? "refused" : "unexpected",
  });
}
