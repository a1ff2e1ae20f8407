import { notify, tell } from "../session/events.ts";
import { executionLink } from "../session/links.ts";
import { lastSaveInWords } from "../session/proofs.ts";
import type { SaveOnSession, SessionRecord } from "../session/record.ts";
import type { Verdict } from "./save-verdict.ts";

/** How attempts to save are put in words. */

/** Never silently: the machine ends now, and with it what nobody saved. */
export const tellGivenUp = (record: SessionRecord, why: string) =>
  tell(
    notify(`Moonbase session ${record.id} ends although its data could not be saved`, [
      `Session ${record.id} (${record.blueprint}) is ended now, and what its machine holds is lost: ${why}.`,
      "The setting onSaveFailure says so; with keep or keep-forever machines are kept longer.",
      ...(record.claim === undefined ? [] : [`Look at: ${executionLink(record.claim.holder)}`]),
    ]),
  );

/** What was saved, or why it was not, for the record and the operator; giving up is told at once. */
export async function verdictInWords(
  record: SessionRecord,
  save: SaveOnSession,
  verdict: Verdict,
  isNews: boolean,
): Promise<string> {
  if (save.outcome === "saved")
    return `${save.message} (${record.volume === undefined ? "snapshot" : "volume"} ${save.id})`;
  if (save.outcome === "nothing-to-save") return save.message;
  if (verdict.action !== "terminate") return save.message;
  const message = `not saved: ${save.message}; ${verdict.reason}; ${await lastSaveInWords(record)}`;
  if (verdict.because === "given-up" && isNews) await tellGivenUp(record, message);
  return message;
}
