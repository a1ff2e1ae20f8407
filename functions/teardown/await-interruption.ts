import * as z from "zod";
import type { InterruptionWatched } from "../../workflows/teardown.contract.ts";
import { hasMachineGone } from "../session/machine-gone.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";
import { isHolder, overtakenBy } from "./holder.ts";
import { judgeMachine } from "./save-verdict.ts";
import { verdictInWords } from "./tell-saves.ts";

const request = z.object({ execution: z.string() });

/** Looks whether spot has taken the machine. One that it has spared is judged as before any other end. */
export async function awaitInterruption(event: unknown): Promise<InterruptionWatched> {
  const { session } = stepOf(event);
  const { execution } = request.parse(event);
  const now = new Date();
  const at = now.toISOString();
  const record = await findSession(session);
  if (record === undefined) return { outcome: "terminate", message: "no record says what to save", at };
  if (!isHolder(record, execution)) return { outcome: "overtaken", message: overtakenBy(record), at };

  const save = record.save ?? { outcome: "no-answer" as const, message: "it was never asked", at };
  const isGone = await hasMachineGone(record);
  const verdict = judgeMachine({ record, save, isGone, policy: settings().onSaveFailure }, now);
  const message = await verdictInWords(record, save, verdict, true);
  const outcome = verdict.action === "await-interruption" ? "not-yet" : verdict.action;
  return { outcome, message, at };
}
