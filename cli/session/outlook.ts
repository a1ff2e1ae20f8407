import { keptUntil, type SaveFailurePolicy } from "../../functions/session/caps.ts";
import { howToKeep } from "../../functions/session/reasons.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import { takenAt } from "../../functions/session/spot.ts";

/** When a session stops as things stand; undefined: it has ended, or nobody can say, because it is kept. */
export function stopsAt({
  ending,
  interruptedAt,
  kept,
  notice,
  expiresAt,
}: SessionRecord): string | undefined {
  if (ending !== undefined) return undefined;
  if (interruptedAt !== undefined) return takenAt(new Date(interruptedAt)).toISOString();
  if (kept !== undefined) return undefined;
  return notice?.endsAt ?? expiresAt;
}

/** What lies before a session, for a script; null is "nothing of the kind". */
export function outlookOf(record: SessionRecord, onSaveFailure: SaveFailurePolicy) {
  const { id, ending, heldUntil, notice, kept, interruptedAt } = record;
  const pending = ending === undefined ? notice : undefined;
  return {
    stopsAt: stopsAt(record) ?? null,
    notice: pending === undefined ? null : { ...pending, keep: howToKeep(pending.reason, id) ?? null },
    heldUntil: heldUntil ?? null,
    interruptedAt: interruptedAt ?? null,
    kept: kept ?? null,
    keptUntil: kept === undefined ? null : (keptUntil(record, onSaveFailure)?.toISOString() ?? null),
  };
}
