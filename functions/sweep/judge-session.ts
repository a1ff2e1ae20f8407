import { type Blueprint, blueprints } from "../../blueprints/index.ts";
import { openingOf } from "../session/opening.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";
import { believedAfterMinutes, type Facts, minutesBetween } from "./facts.ts";
import type { Ask, End, Repair } from "./judgement.ts";
import type { Marks } from "./marks.ts";

/** A launch has at most this long; younger ones are never looked into. A restore adds its half hour. */
const launchMinutes: Record<Blueprint["readyWithin"], number> = { minutes: 15, restore: 45 };
/** An undertaker comes every ten minutes; one that has not come by then is lost. */
const lateMinutes = 15;
/** A teardown holds its claim for 65 minutes and is tried again within the hour; after two, nobody comes back. */
const forsakenMinutes = 120;

export interface Verdict {
  end?: End;
  repair?: Repair;
  asks?: Ask[];
  report?: string;
}

/** A live session: does everybody who should look after it still do so? */
export function judgeSession(record: SessionRecord, facts: Facts, marks: Marks): Verdict {
  const end = endOf(record, facts, marks);
  if (end !== undefined) return { end };
  const repair = repairOf(record, facts);
  const report = reportOf(record, facts);
  return {
    ...(repair !== undefined && { repair }),
    ...(report !== undefined && { report }),
    asks: asksOf(record, facts),
  };
}

function endOf(record: SessionRecord, facts: Facts, marks: Marks): End | undefined {
  if (record.reason !== undefined || isClaimed(record, facts.now)) return finish(record, facts);
  return endLate(record, facts) ?? endLost(record, facts) ?? endDead(record, facts, marks);
}

/** Its end was begun. Whoever began it may be dead, and nobody may be coming back for it. */
function finish(record: SessionRecord, facts: Facts): End | undefined {
  const { claim, id, generation, reason = "swept" } = record;
  const holds = claim !== undefined && isClaimed(record, facts.now);
  if (holds && facts.executions.get(claim.holder) !== "over") return undefined;
  const sinceMinutes = minutesBetween(claim?.claimedAt ?? record.requestedAt, facts.now);
  const isForsaken = sinceMinutes >= forsakenMinutes;
  if (!isForsaken && hasUndertaker(id, facts) !== false) return undefined;
  const why = isForsaken
    ? `its end (${reason}) was begun at ${claim?.claimedAt ?? record.requestedAt} and not finished`
    : `its end (${reason}) was begun, and nobody comes back to finish it`;
  return { session: id, reason, why, generation, ...(holds && { deadClaim: claim }) };
}

/** The operator may have been told a later end than the one that is due. */
function endLate({ id, expiresAt, notice, generation }: SessionRecord, { now }: Facts): End | undefined {
  const due = notice !== undefined && notice.endsAt > expiresAt ? notice.endsAt : expiresAt;
  if (minutesBetween(due, now) < lateMinutes) return undefined;
  return {
    session: id,
    reason: "expired",
    why: `its time was over at ${due}, and nobody has ended it`,
    generation,
  };
}

/** A launch that nobody is at any more. */
function endLost({ id, ...record }: SessionRecord, { executions, now }: Facts): End | undefined {
  if (record.status !== "launching" || executions.get(record.launchExecution) !== "over") return undefined;
  const { readyWithin = "restore" } = blueprints.get(record.blueprint) ?? {};
  if (minutesBetween(record.requestedAt, now) < launchMinutes[readyWithin]) return undefined;
  return {
    session: id,
    reason: "launch-stopped",
    why: `its launch is over, and it is launching since ${record.requestedAt}`,
    generation: record.generation,
  };
}

/** A session that is ready and has no machine; told so twice, because a listing may miss one. */
function endDead(record: SessionRecord, facts: Facts, marks: Marks): End | undefined {
  const { id, machine, generation } = record;
  if (record.status !== "ready" || hasMachine(record, facts) !== false) return undefined;
  if (!marks.isDue(`session ${id}`, id)) return undefined;
  const why = machine === undefined ? "it never had a machine" : `its machine ${machine.instanceId} is gone`;
  return { session: id, reason: "machine-gone", why, generation };
}

function hasMachine({ id, machine }: SessionRecord, facts: Facts): boolean | undefined {
  if (facts.unlisted.has("machine")) return undefined;
  if (machine !== undefined && facts.machinesById.has(machine.instanceId)) return true;
  return facts.findings.some(({ kind, session }) => kind === "machine" && session === id);
}

function hasUndertaker(session: string, { unlisted, findings }: Facts): boolean | undefined {
  if (unlisted.has("schedule")) return undefined;
  return findings.some((finding) => finding.kind === "schedule" && finding.session === session);
}

/** Every live session has an undertaker, hired before its machine was made. */
function repairOf(record: SessionRecord, facts: Facts): Repair | undefined {
  const { id, requestedAt, expiresAt, claim, reason } = record;
  if (hasUndertaker(id, facts) !== false || minutesBetween(requestedAt, facts.now) < believedAfterMinutes) {
    return undefined;
  }
  const at = new Date(claim !== undefined && isClaimed(record, facts.now) ? claim.expiresAt : expiresAt);
  return {
    repair: "hire-undertaker",
    session: id,
    at: at > facts.now ? at : facts.now,
    ...(reason !== undefined && { endReason: reason }),
    why: `nobody would have come to end session ${id}`,
  };
}

/** Its tags are what removal goes by, so a machine without them is told of. */
function reportOf({ id, machine }: SessionRecord, facts: Facts): string | undefined {
  if (machine === undefined || facts.machinesById.get(machine.instanceId) !== "untagged") return undefined;
  return `machine ${machine.instanceId} of session ${id} has lost its tags`;
}

/** What an alarm or a machine said once, and nobody may have heard; a notice whose end nobody came for. */
function asksOf(record: SessionRecord, { findings, now }: Facts): Ask[] {
  const { id: session, status, kept, notice } = record;
  if (status !== "ready" || isClaimed(record, now)) return [];
  if (kept !== undefined) return [{ session, about: "kept" }];
  if (notice !== undefined && minutesBetween(notice.endsAt, now) >= lateMinutes) {
    return [{ session, about: "notice" }];
  }
  const says = findings.flatMap((finding) => (finding.session === session ? (finding.says ?? []) : []));
  // A machine on its tailnet says so for as long as it is; there is something to do only while its port is open.
  const isOpen = openingOf(record) !== undefined;
  return [...new Set(says)].flatMap((about) => (about === "tailnet" && !isOpen ? [] : { session, about }));
}
