import { type Facts, isLive } from "./facts.ts";
import type { Repair } from "./judgement.ts";
import type { Marks } from "./marks.ts";

/**
 * Places among the live sessions that nobody fills. A place is taken and given back together with its record, so this
 * takes a hand in the table; the dollars are counted anew, because nobody knows what such a place has committed.
 */
export function judgePlaces(facts: Facts, marks: Marks): Repair[] {
  const { live, records, unread } = facts;
  const taken = [...live.sessions];
  const empty = taken.filter((session) => {
    const record = records.get(session);
    return !unread.has(session) && (record === undefined || !isLive(record));
  });
  const due = empty.filter((session) => marks.isDue(`place ${session}`, session));
  // Dollars can be counted only when every other place is accounted for.
  if (due.length === 0 || due.length < empty.length || taken.some((session) => unread.has(session)))
    return [];
  const committed = taken
    .filter((session) => !due.includes(session))
    .reduce((sum, session) => sum + (records.get(session)?.estimate ?? 0), 0);
  return [
    {
      repair: "free-places",
      sessions: due,
      seen: live.committed,
      committed,
      why: `no live session fills the place of ${due.join(", ")}`,
    },
  ];
}
