import { blueprintNamed } from "../../blueprints/index.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";

export interface BackupFacts {
  session: string;
  record: SessionRecord | undefined;
  /** Whether the machine has ended or is ending. */
  isGone: boolean;
  /** Who asks. */
  execution: string;
}

export type BackupDecision = { action: "ask" | "refuse"; reason: string };

const refuse = (reason: string): BackupDecision => ({ action: "refuse", reason });

/** May the machine be asked to save once more? Nothing here calls anything. */
export function decideOnBackup(
  { session, record, isGone, execution }: BackupFacts,
  now: Date,
): BackupDecision {
  if (record === undefined) {
    return refuse(`session: "${session}" is not known here; no record bears that name`);
  }
  const who = `session "${session}"`;
  if (record.status === "ended") return refuse(`${who} has ended (${record.reason ?? "operator"})`);
  if (blueprintNamed(record.blueprint).save.by === "nobody") {
    return refuse(`${who} is of ${record.blueprint}, which keeps nothing`);
  }
  if (isClaimed(record, now)) {
    return refuse(`${who} is being ended (${record.reason ?? "operator"}), and its end saves what there is`);
  }
  if (record.status === "launching") return refuse(`${who} is launching, and holds nothing yet`);
  if (isGone) return refuse(`the machine of ${who} is gone`);
  const other = otherBackup(record, execution, now);
  if (other !== undefined)
    return refuse(`another backup of ${who} is at work, until ${other} at the longest`);
  return { action: "ask", reason: `${who} saves what it holds` };
}

function otherBackup({ backup }: SessionRecord, execution: string, now: Date): string | undefined {
  const isOther = backup !== undefined && backup.execution !== execution && new Date(backup.until) > now;
  return isOther ? backup.until : undefined;
}

/** Whether the execution still has its turn: nobody has begun to end the session meanwhile. */
export const hasTurn = (record: SessionRecord, execution: string, now: Date): boolean =>
  record.backup?.execution === execution && record.status === "ready" && !isClaimed(record, now);
