import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { expiryNoticeAt } from "../../session/caps.ts";
import { idleness } from "../../session/reasons.ts";
import type { NoticeOnSession, SessionRecord } from "../../session/record.ts";
import { minutesFrom } from "../../session/times.ts";
import type { Decision } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";
import { whyActive } from "./activity.ts";
import { endUnlessEnding } from "./ending.ts";
import { tellAgain, warnOf, wholeSeconds } from "./notice.ts";

export interface AppointmentFacts {
  session: string;
  record: SessionRecord | undefined;
  /** Why the session ends, when the undertaker comes to finish an end that was begun. */
  endReason: EndReason | undefined;
  /** Looked at when the operator was told that an idle session ends. */
  machine: SeenMachine | undefined;
  alarm: string | undefined;
}

/**
 * The undertaker's appointment: before the session's expiry to say so, at its expiry or at the end of a notice to end
 * it, or with a reason to finish an end that was begun. It comes again and again until it is dismissed, so "not now"
 * needs no new appointment unless the time has moved.
 */
export function decideOnAppointment(facts: AppointmentFacts, now: Date): Decision {
  const { session, record, endReason } = facts;
  if (record === undefined) return { action: "dismiss", session, reason: "the session has no record" };
  if (record.status === "ended") return { action: "dismiss", session, reason: "the session has ended" };
  const begun = record.reason ?? (isForIdleness(endReason) ? undefined : endReason);
  if (begun !== undefined) return endUnlessEnding(record, begun, "its end was begun and not finished", now);
  if (now >= new Date(record.expiresAt)) return endUnlessEnding(record, "expired", "its time is over", now);
  return record.notice === undefined
    ? beforeExpiry(record, now)
    : underNotice(record, record.notice, facts, now);
}

/** One that was never written down has not begun: somebody may be back since, and it is found out anew who is. */
const isForIdleness = (reason: EndReason | undefined) => reason !== undefined && idleness.includes(reason);

function beforeExpiry(record: SessionRecord, now: Date): Decision {
  const session = record.id;
  const noticeAt = expiryNoticeAt(record);
  if (now < noticeAt) return { action: "come-back", session, at: noticeAt, reason: "its time is not over" };
  const expiresAt = new Date(record.expiresAt);
  if (record.status !== "ready")
    return { action: "come-back", session, at: expiresAt, reason: "nobody is on it yet who could be told" };
  const notice = {
    reason: "expired" as const,
    toldAt: now.toISOString(),
    endsAt: record.expiresAt,
  };
  return warnOf(record, notice, `its time is over at ${record.expiresAt}`);
}

/** The operator was told. Now the facts are looked at again: an end that something speaks against does not come. */
function underNotice(
  record: SessionRecord,
  notice: NoticeOnSession,
  facts: AppointmentFacts,
  now: Date,
): Decision {
  const told = `told at ${notice.toldAt} that it ends at ${notice.endsAt} (${notice.reason})`;
  const isDue = now >= new Date(notice.endsAt);
  const against = whyNot(record, notice, facts, now);
  if (against !== undefined && (isDue || notice.reason === "expired"))
    return {
      action: "withdraw",
      session: record.id,
      instanceId: record.machine?.instanceId,
      notice,
      at: nextLook(record, now),
      expiresAt: record.expiresAt,
      reason: `${told}; ${against}`,
    };
  if (notice.told !== true) return tellAgain(record, notice, told, now);
  if (!isDue) return { action: "come-back", session: record.id, at: new Date(notice.endsAt), reason: told };
  return endUnlessEnding(record, notice.reason, told, now);
}

function whyNot(
  record: SessionRecord,
  { reason, endsAt }: NoticeOnSession,
  { machine, alarm }: AppointmentFacts,
  now: Date,
): string | undefined {
  switch (reason) {
    case "budget":
      return undefined;
    case "expired":
      return endsAt === record.expiresAt ? undefined : `it was extended until ${record.expiresAt}`;
    case "idle":
      return whyActive(record, machine, now) ?? whyNotIdle(alarm);
    default:
      return "no such end is told before it comes";
  }
}

const whyNotIdle = (alarm: string | undefined) =>
  alarm === "ALARM" ? undefined : `its idle alarm is ${alarm ?? "not there"}, and unknown counts as active`;

/** When its expiry has to be told, or at once when that time has come; never after its expiry. */
function nextLook(record: SessionRecord, now: Date): Date {
  const noticeAt = expiryNoticeAt(record);
  if (now < noticeAt) return noticeAt;
  const soon = wholeSeconds(minutesFrom(now, 1));
  const expiresAt = new Date(record.expiresAt);
  return soon < expiresAt ? soon : expiresAt;
}
