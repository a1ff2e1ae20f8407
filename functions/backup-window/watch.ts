import type { WindowWatched } from "../../workflows/backup-window.contract.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";

/** A window ends as every session does: when its time is over, when nothing is sent, when somebody ends it. */
export async function watch(event: unknown): Promise<WindowWatched> {
  const { session } = stepOf(event);
  const record = await findSession(session);
  if (record?.ending === undefined) {
    return {
      outcome: "open",
      message: `session "${session}" is up until ${record?.expiresAt ?? "nobody knows when"}`,
    };
  }
  return { outcome: "closed", message: `session "${session}" ended: ${record.ending.saved}` };
}
