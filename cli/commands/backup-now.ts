import { randomBytes } from "node:crypto";
import { backedUp } from "../../workflows/backup.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { follow, start } from "../session/executions.ts";
import { stateShown } from "../session/phases.ts";
import { showProgress } from "../show/progress.ts";
import { recordOf } from "./status.ts";

/** `backup-now`: one save more, and nothing else. */
export async function backupNow(context: Context, session: string, options: GlobalOptions): Promise<Ending> {
  const { screen } = context;
  await context.announce();
  await recordOf(context, session);
  const input = { session };
  if (options.dryRun) {
    const workflow = `${context.stage}-backup`;
    const text = `Would start ${workflow} with ${JSON.stringify(input)}\nNothing was done.`;
    screen.result({ dryRun: true, workflow, input }, text);
    return "done";
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const name = `${session}-${randomBytes(3).toString("hex")}`;
  const execution = await start(context, "backup", name, input);
  const entered = stateShown(progress, "backup", session);
  const ended = await follow(context, execution, { entered, signal: interruption.begun });
  progress.end(ended?.status === "SUCCEEDED");
  interruption.check();
  if (ended?.status === "SUCCEEDED") {
    const answer = backedUp.parse(JSON.parse(ended.output ?? "null"));
    const took = answer.seconds === null ? "" : `, in ${answer.seconds} s`;
    screen.result(answer, `Saved as ${answer.id}${took}: ${answer.message}`);
    return "done";
  }
  const refused = ended?.error === "Refused";
  throw new CommandError({
    what: refused ? "that was refused" : `what session "${session}" holds is not saved`,
    why: ended?.cause ?? "no reason was given",
    remedy: refused
      ? `npx moonbase status ${session} tells how it is`
      : `the machine is up as before; npx moonbase why ${session} tells what was saved last`,
    ending: refused ? "refused" : "notSaved",
  });
}
