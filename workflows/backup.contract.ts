import * as z from "zod";
import { fieldsAllowed, session } from "./fields.ts";

/** What an operator gives to `backup`. */
const fields = { session };
export const backupInput = z.strictObject(fields, fieldsAllowed(...Object.keys(fields)));
export type BackupInput = z.infer<typeof backupInput>;

/** Whether the machine is asked, and with which words. */
export const backupPlan = z.object({
  outcome: z.enum(["ask", "refused"]),
  /** Empty when it is refused. */
  session: z.string(),
  message: z.string(),
  /** What the machine is to be told, as in `functions/session/orders.ts`; empty when it is told nothing. */
  order: z.string(),
  /** When this was decided; what the machine saves must not be older. */
  at: z.string(),
});
export type BackupPlan = z.infer<typeof backupPlan>;

/** The output of a backup that went well. */
export const backedUp = z.object({
  session: z.string(),
  /** What to restore from. */
  id: z.string(),
  /** How long the machine was at it; null: it has not said. */
  seconds: z.number().nullable(),
  message: z.string(),
});
export type BackedUp = z.infer<typeof backedUp>;

/** What came of it. Not saved, `id` is empty and `message` says why. */
export const backupVerdict = backedUp.extend({ outcome: z.enum(["saved", "not-saved"]) });
export type BackupVerdict = z.infer<typeof backupVerdict>;
