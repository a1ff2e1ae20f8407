import type { SessionRecord } from "../../../functions/session/record.ts";
import type { Facts } from "../../../functions/sweep/facts.ts";
import type { Finding, Kind } from "../../../functions/sweep/finding.ts";
import { machine, minutesAfter, now, session } from "../fixture/session.ts";

/** When the session of these tests was asked for: long enough ago that nothing of it is young. */
export const later = minutesAfter(60);
export const minutesBefore = (minutes: number) => new Date(later.getTime() - minutes * 60_000).toISOString();

export const thing = (kind: Kind, id: string, of = "tea"): Finding => ({ kind, id, session: of });
export const undertaker = (of = "tea") => thing("schedule", `${of}-expiry`, of);

/** A session that has been ready for an hour, and everything that it should have. */
export const ready = (different: Partial<SessionRecord> = {}) =>
  session({ status: "ready", readyAt: now.toISOString(), machine, ...different });
export const itsMachine = thing("machine", machine.instanceId);

/** An hour after the request; nothing is there, nothing is known but what a test says. */
export function factsOf({
  records = [],
  ...different
}: Partial<Omit<Facts, "records">> & { records?: SessionRecord[] }): Facts {
  return {
    now: later,
    findings: [],
    strays: [],
    unlisted: new Set(),
    unread: new Set(),
    live: { sessions: new Set(), committed: 0 },
    machinesById: new Map(),
    executions: new Map(),
    memory: { marks: {}, told: {}, version: 0 },
    ...different,
    records: new Map(records.map((record) => [record.id, record])),
  };
}

/** A memory in which these were seen first so many minutes ago. */
export const marked = (minutes: number, ...keys: string[]) => ({
  marks: Object.fromEntries(
    keys.map((key) => [key, { session: "tea", seenAt: minutesBefore(minutes), tries: 0 }]),
  ),
  told: {},
  version: 1,
});
