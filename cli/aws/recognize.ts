import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { findStages } from "../session/executions.ts";
import { explainAws, isNoStage, noStageComplaint } from "./explain.ts";

/** What a command threw, as something to show: cause and remedy where they are known, the error itself where not. */
export async function recognize(error: unknown, context: Context): Promise<unknown> {
  if (isNoStage(error) || (error instanceof CommandError && isNoStage(error.cause))) {
    const stages = await findStages(context).catch(() => []);
    return new CommandError(noStageComplaint(context.target, stages), { cause: error });
  }
  return error instanceof CommandError ? error : (explainAws(error, context.target) ?? error);
}
