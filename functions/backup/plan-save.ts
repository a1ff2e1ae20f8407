import * as z from "zod";
import { type BackupPlan, backupInput } from "../../workflows/backup.contract.ts";
import { explain } from "../../workflows/fields.ts";
import { hasMachineGone } from "../session/machine-gone.ts";
import { saveNow } from "../session/orders.ts";
import { findSession } from "../session/store.ts";
import { decideOnBackup } from "./decide.ts";
import { takeTurn } from "./turn.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** Whether the machine is asked to save once more, and with which words. */
export async function planSave(event: unknown): Promise<BackupPlan> {
  const { execution, input } = request.parse(event);
  const now = new Date();
  const at = now.toISOString();
  const refused = (message: string): BackupPlan => ({
    ...{ outcome: "refused", session: "", message, order: "" },
    at,
  });
  const parsed = backupInput.safeParse(input);
  if (!parsed.success) return refused(explain(parsed.error, input));
  const { session } = parsed.data;

  const record = await findSession(session);
  const isGone = record !== undefined && record.status === "ready" && (await hasMachineGone(record));
  const decision = decideOnBackup({ session, record, isGone, execution }, now);
  if (decision.action === "refuse") return refused(decision.reason);
  // Run again, the step sees what came between.
  if (!(await takeTurn(session, execution, now))) throw new Error(`session "${session}" has just changed`);
  return { outcome: "ask", session, message: decision.reason, order: saveNow(at), at };
}
