import * as z from "zod";
import type { SaveVerdict } from "../../workflows/teardown.contract.ts";
import { announceSaved } from "../session/announcements.ts";
import { hasMachineGone } from "../session/machine-gone.ts";
import { saveBeforeInterruption } from "../session/orders.ts";
import type { SaveOnSession, SessionRecord } from "../session/record.ts";
import { lookIntoSave, type SaveStory, saveStory } from "../session/save-look.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { findSession, updateSession } from "../session/store.ts";
import { minutesFrom } from "../session/times.ts";
import { isHolder, overtakenBy, whileHolding } from "./holder.ts";
import { judgeMachine } from "./save-verdict.ts";
import { verdictInWords } from "./tell-saves.ts";

const request = z.object({ execution: z.string(), story: saveStory });

/** Looks for itself whether what the machine says is so, writes it down, and says what becomes of the machine. */
export async function judgeSave(event: unknown): Promise<SaveVerdict> {
  const { session } = stepOf(event);
  const { execution, story: told } = request.parse(event);
  const now = new Date();
  const record = await findSession(session);
  const at = now.toISOString();
  if (record === undefined) return { outcome: "terminate", message: "no record says what to save", at };
  if (!isHolder(record, execution)) return { outcome: "overtaken", message: overtakenBy(record), at };

  // A repeated step finds what it has itself written, and tells nobody again.
  const written = isOfThisAttempt(record.save, told) ? record.save : undefined;
  const save = written ?? {
    ...(await lookIntoSave(record, told, since(record, told))),
    order: told.save.order,
    at,
  };
  const isGone = await hasMachineGone(record);
  const verdict = judgeMachine({ record, save, isGone, policy: settings().onSaveFailure }, now);
  const message = await verdictInWords(record, save, verdict, written === undefined);
  if (written === undefined) {
    if (save.outcome === "saved") await announceSaved(record, save);
    if (!(await updateSession(session, { save }, whileHolding(execution)))) {
      return { outcome: "overtaken", message: overtakenBy(record), at };
    }
  }
  return { outcome: verdict.action, message, at: save.at };
}

const isOfThisAttempt = (save: SaveOnSession | undefined, told: SaveStory): boolean =>
  save?.order === told.save.order && save.at >= told.save.at;

/** A machine sees spot's notice itself, and may have saved before we heard of it: at most the two minutes before. */
function since({ interruptedAt }: SessionRecord, { save: { order, at } }: SaveStory): Date {
  if (order !== saveBeforeInterruption || interruptedAt === undefined) return new Date(at);
  return minutesFrom(new Date(interruptedAt), -2);
}
