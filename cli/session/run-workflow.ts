import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { showProgress } from "../show/progress.ts";
import { follow, start, type Workflow } from "./executions.ts";
import { stateShown } from "./phases.ts";

export interface Run {
  readonly workflow: Workflow;
  /** The execution's name. */
  readonly name: string;
  readonly input: object;
  /** In the words of a refusal: what was not done. */
  readonly failed: string;
  /** The state at which nobody need wait any more; left out: the end. */
  readonly until?: string;
}

/** Tells what would be started, with `--dry-run`; answers whether that was asked for. */
export function toldOnly({ screen, stage }: Context, options: GlobalOptions, run: Run): boolean {
  if (options.dryRun !== true) return false;
  const workflow = `${stage}-${run.workflow}`;
  const text = `Would start ${workflow} with ${JSON.stringify(run.input)}\nNothing was done.`;
  screen.result({ dryRun: true, workflow, input: run.input }, text);
  return true;
}

/** Starts a workflow and waits; what fails is told in its own words. Undefined: it has come to the state that was waited for. */
export async function runWorkflow(context: Context, run: Run): Promise<DescribeExecutionOutput | undefined> {
  const { workflow, name, input, until } = run;
  using interruption = new Interruption();
  const progress = await showProgress(context.screen);
  const execution = await start(context, workflow, name, input);
  const enough = new AbortController();
  const shown = stateShown(progress, workflow, name);
  const signal = AbortSignal.any([interruption.begun, enough.signal]);
  const ended = await follow(context, execution, {
    entered: (entered) => {
      shown(entered);
      if (entered.state === until) enough.abort();
    },
    signal,
  });
  const isThere = ended === undefined && enough.signal.aborted;
  progress.end(isThere || ended?.status === "SUCCEEDED");
  interruption.check();
  if (isThere || ended?.status === "SUCCEEDED") return ended;
  const refused = ended?.error === "Refused";
  throw new CommandError({
    what: refused ? "that was refused" : run.failed,
    why: ended?.cause ?? "no reason was given",
    remedy: "docs/runbooks/backup-target.md",
    ending: refused ? "refused" : "unexpected",
  });
}
