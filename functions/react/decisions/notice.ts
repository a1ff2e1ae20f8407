import type { EndReason } from "../../../workflows/teardown.contract.ts";
import type { NoticeOnSession, SessionRecord } from "../../session/record.ts";
import { minutesFrom } from "../../session/times.ts";
import { type Decision, nothing, type Warn } from "../decision.ts";
import { endUnlessEnding } from "./ending.ts";

/** Long enough to read a line on the terminal and to hold the session. */
const noticeMinutes = 5;

/** Whole seconds: a schedule knows no fraction, and must not come before the time that is written down. */
export const wholeSeconds = (time: Date): Date => new Date(Math.ceil(time.getTime() / 1000) * 1000);

export const warnOf = (record: SessionRecord, notice: NoticeOnSession, reason: string): Warn => ({
  action: "warn",
  session: record.id,
  instanceId: record.machine?.instanceId,
  notice,
  expiresAt: record.expiresAt,
  reason,
});

/** A notice that was written and may not have gone out: told again, with time enough left to answer it. */
export function tellAgain(record: SessionRecord, notice: NoticeOnSession, reason: string, now: Date): Warn {
  const fresh = wholeSeconds(minutesFrom(now, noticeMinutes));
  const latest = new Date(record.expiresAt);
  const endsAt = [new Date(notice.endsAt), fresh < latest ? fresh : latest].reduce((one, other) =>
    one > other ? one : other,
  );
  return {
    ...warnOf(record, { ...notice, endsAt: endsAt.toISOString() }, reason),
    replaces: notice.toldAt,
  };
}

/**
 * A voluntary end with five minutes' notice. One that is told already is not told twice; money outranks idleness,
 * because an idle session can be held.
 */
export function endWithNotice(
  record: SessionRecord,
  endReason: EndReason,
  reason: string,
  now: Date,
): Decision {
  const end = endUnlessEnding(record, endReason, reason, now);
  if (end.action === "nothing") return end;
  if (record.reason !== undefined) return nothing(`its end was begun (${record.reason}); ${reason}`);
  const endsAt = wholeSeconds(minutesFrom(now, noticeMinutes));
  if (new Date(record.expiresAt) <= endsAt)
    return nothing(`its time is over at ${record.expiresAt} anyway; ${reason}`);

  const { notice } = record;
  const fresh = { reason: endReason, toldAt: now.toISOString(), endsAt: endsAt.toISOString() };
  if (notice === undefined) return warnOf(record, fresh, reason);
  if (notice.reason === endReason && notice.told !== true) return tellAgain(record, notice, reason, now);
  if (endReason === "budget" && notice.reason !== "budget")
    return { ...warnOf(record, fresh, reason), replaces: notice.toldAt };
  return nothing(`told at ${notice.toldAt} that it ends at ${notice.endsAt} (${notice.reason}); ${reason}`);
}
