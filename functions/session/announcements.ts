import { keptUntil } from "./caps.ts";
import type { DetailOf } from "./event-details.ts";
import { emit, tell } from "./events.ts";
import { count } from "./metrics.ts";
import { interruptedNotice, keptNotice, savedNotice, sendNotice } from "./notices.ts";
import type { KeptOnSession, SaveOnSession, SessionRecord } from "./record.ts";
import { settings } from "./settings.ts";
import { takenAt } from "./spot.ts";

/**
 * What the rest of the world is told of a session on its way: event, notice, metric. An interruption is told by whoever has
 * just written it down under a condition, so once; a save and a machine that is kept are told before they are written
 * down, because twice is better than never. A bus that is out of order undoes nothing.
 */

export const aboutSession = ({ id, blueprint, machine }: SessionRecord) => ({
  stage: settings().stage,
  session: id,
  blueprint,
  instanceId: machine?.instanceId ?? null,
  instanceType: machine?.instanceType ?? null,
  zone: machine?.zone ?? null,
  market: machine?.market ?? null,
});

/** Spot has given notice, and `interruptedAt` is written. */
export async function announceInterruption(record: SessionRecord): Promise<void> {
  const now = new Date();
  const interruptedAt = record.interruptedAt ?? now.toISOString();
  const goneAt = takenAt(new Date(interruptedAt)).toISOString();
  count(record.id, { Interruptions: 1 });
  const detail: DetailOf<"interrupted"> = { ...aboutSession(record), interruptedAt, takenAt: goneAt };
  await tell(emit("interrupted", detail), sendNotice(interruptedNotice(record, goneAt, now)));
}

/**
 * What the machine holds is saved, and seen to be. A mail comes only where somebody worries: the notice of the end,
 * a minute later, says the same.
 */
export async function announceSaved(record: SessionRecord, save: SaveOnSession): Promise<void> {
  const detail: DetailOf<"saved"> = {
    ...aboutSession(record),
    reason: record.reason ?? null,
    id: save.id ?? null,
    message: save.message,
    at: save.at,
    seconds: save.seconds ?? null,
  };
  const worried = record.kept !== undefined || record.interruptedAt !== undefined;
  await tell(emit("saved", detail), ...(worried ? [sendNotice(savedNotice(record, save, new Date()))] : []));
}

/** Trying is repeated once an hour or so; mails become rarer, but who keeps a machine for ever hears of it every day. */
const isWorthAMail = (attempts: number) => [1, 2, 4, 8].includes(attempts) || attempts % 16 === 0;

/** One more attempt to save has failed, and the machine stays up for it. */
export async function announceKept(record: SessionRecord, kept: KeptOnSession): Promise<void> {
  const { onSaveFailure } = settings();
  count(record.id, { SavesFailed: 1 });
  const detail: DetailOf<"kept"> = {
    ...aboutSession(record),
    reason: record.reason ?? null,
    why: kept.why,
    since: kept.since,
    attempts: kept.attempts,
    until: keptUntil(record, onSaveFailure)?.toISOString() ?? null,
  };
  const mails = isWorthAMail(kept.attempts)
    ? [sendNotice(keptNotice(record, kept, onSaveFailure, new Date()))]
    : [];
  await tell(emit("kept", detail), ...mails);
}
