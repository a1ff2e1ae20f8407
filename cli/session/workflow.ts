import type { Context } from "../context.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { showProgress } from "../show/progress.ts";
import { executionName, follow, start, type Workflow } from "./executions.ts";
import { stateShown } from "./phases.ts";

export interface Run {
  readonly workflow: Workflow;
  /** The execution's name. */
  readonly name: string;
  readonly input: object;
  /** What it is about, where that is not the execution itself. */
  readonly session?: string;
  /** The state at which nobody need wait any more; left out: the end. */
  readonly until?: string;
}

/** How a workflow ended. */
export type WorkflowEnd =
  /** The answer is null where it was not waited for. */
  | { readonly kind: "succeeded"; readonly answer: unknown }
  /** Refused: it was said no to the input, and nothing was done. */
  | { readonly kind: "refused" | "failed"; readonly why: string };

/** Has a workflow do something, and shows how it goes. Undefined when it was only asked what it would do, which is shown. */
export async function runWorkflow(
  context: Context,
  run: Run,
  { dryRun }: GlobalOptions,
): Promise<WorkflowEnd | undefined> {
  const { screen, stage } = context;
  const { workflow, name, input, session = name, until } = run;
  if (dryRun) {
    const machine = `${stage}-${workflow}`;
    const text = `Would start ${machine} with ${JSON.stringify(input)}\nNothing was done.`;
    screen.result({ dryRun: true, workflow: machine, input }, text);
    return undefined;
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const execution = await start(context, workflow, name, input);
  const enough = new AbortController();
  const shown = stateShown(progress, workflow, session);
  const ended = await follow(context, execution, {
    entered: (entered) => {
      shown(entered);
      if (entered.state === until) enough.abort();
    },
    signal: AbortSignal.any([interruption.begun, enough.signal]),
  });
  const isThere = ended === undefined && enough.signal.aborted;
  const isWell = isThere || ended?.status === "SUCCEEDED";
  progress.end(isWell);
  interruption.check();
  if (isWell) return { kind: "succeeded", answer: JSON.parse(ended?.output ?? "null") };
  const why = ended?.cause ?? "no reason was given";
  return { kind: ended?.error === "Refused" ? "refused" : "failed", why };
}

/** The same about a session that is up. */
export const runOnSession = (
  context: Context,
  workflow: Workflow,
  input: { readonly session: string },
  options: GlobalOptions,
): Promise<WorkflowEnd | undefined> => {
  const { session } = input;
  return runWorkflow(context, { workflow, session, name: executionName(session), input }, options);
};
