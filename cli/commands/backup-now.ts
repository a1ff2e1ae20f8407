import { backedUp } from "../../workflows/backup.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import type { GlobalOptions } from "../options.ts";
import { runOnSession } from "../session/workflow.ts";
import { recordOf } from "./status.ts";

/** `backup-now`: one save more, and nothing else. */
export async function backupNow(context: Context, session: string, options: GlobalOptions): Promise<Ending> {
  await context.announce();
  await recordOf(context, session);
  const end = await runOnSession(context, "backup", { session }, options);
  if (end === undefined) return "done";
  if (end.kind === "succeeded") {
    const answer = backedUp.parse(end.answer);
    const took = answer.seconds === null ? "" : `, in ${answer.seconds} s`;
    context.screen.result(answer, `Saved as ${answer.id}${took}: ${answer.message}`);
    return "done";
  }
  const refused = end.kind === "refused";
  throw new CommandError({
    what: refused ? "that was refused" : `what session "${session}" holds is not saved`,
    why: end.why,
    remedy: refused
      ? `npx moonbase status ${session} tells how it is`
      : `the machine is up as before; npx moonbase why ${session} tells what was saved last`,
    ending: refused ? "refused" : "notSaved",
  });
}
