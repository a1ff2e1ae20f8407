import type { Context } from "../context.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { showProgress } from "../show/progress.ts";
import { executionName, follow, start, type Workflow } from "./executions.ts";
import { stateShown } from "./phases.ts";

/** How a workflow ended. */
export type WorkflowEnd =
  | { readonly kind: "succeeded"; readonly answer: unknown }
  /** Refused: it was said no to the input, and nothing was done. */
  | { readonly kind: "refused" | "failed"; readonly why: string };

/**
 * Has a workflow do something about a session that is up, and shows how it goes. Undefined when it was only asked what it
 * would do, which is shown.
 */
export async function runWorkflow(
  context: Context,
  workflow: Extract<Workflow, "extend" | "backup" | "ssh">,
  input: { readonly session: string },
  { dryRun }: GlobalOptions,
): Promise<WorkflowEnd | undefined> {
  const { screen, stage } = context;
  const { session } = input;
  if (dryRun) {
    const name = `${stage}-${workflow}`;
    const text = `Would start ${name} with ${JSON.stringify(input)}\nNothing was done.`;
    screen.result({ dryRun: true, workflow: name, input }, text);
    return undefined;
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const execution = await start(context, workflow, executionName(session), input);
  const entered = stateShown(progress, workflow, session);
  const ended = await follow(context, execution, { entered, signal: interruption.begun });
  progress.end(ended?.status === "SUCCEEDED");
  interruption.check();
  if (ended?.status === "SUCCEEDED") return { kind: "succeeded", answer: JSON.parse(ended.output ?? "null") };
  const why = ended?.cause ?? "no reason was given";
  return { kind: ended?.error === "Refused" ? "refused" : "failed", why };
}
