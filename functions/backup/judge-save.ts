import * as z from "zod";
import type { BackupVerdict } from "../../workflows/backup.contract.ts";
import { announceSaved } from "../session/announcements.ts";
import type { SaveOnSession, SessionRecord } from "../session/record.ts";
import { lookIntoSave, type SaveStory, saveStory } from "../session/save-look.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { giveTurnBack, writeSave } from "./turn.ts";

const request = z.object({ execution: z.string(), story: saveStory });

/**
 * Looks for itself whether what the machine says is so, and writes it down. What was not saved is told and not written:
 * the record keeps what there is to restore from.
 */
export async function judgeSave(event: unknown): Promise<BackupVerdict> {
  const { session } = stepOf(event);
  const { execution, story } = request.parse(event);
  const now = new Date();
  const record = await getSession(session);
  // A repeated step finds what it has itself written, and tells nobody again.
  const written = record.save?.order === story.save.order ? record.save : undefined;
  const save = written ?? (await lookAndWrite(record, story, now));
  await giveTurnBack(session, execution);
  const { id = "", seconds = null, message } = save;
  return save.outcome === "saved"
    ? { outcome: "saved", session, id, seconds, message }
    : { outcome: "not-saved", session, id: "", seconds, message: `not saved: ${message}` };
}

async function lookAndWrite(record: SessionRecord, story: SaveStory, now: Date): Promise<SaveOnSession> {
  const look = await lookIntoSave(record, story, new Date(story.save.at));
  const save = { ...look, order: story.save.order, at: now.toISOString() };
  if (save.outcome === "saved" && (await writeSave(record.id, save, now))) await announceSaved(record, save);
  return save;
}
