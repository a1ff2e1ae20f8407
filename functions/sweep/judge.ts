import { type Facts, isLive } from "./facts.ts";
import { judgePlaces } from "./judge-places.ts";
import { judgeSession } from "./judge-session.ts";
import { judgeThings } from "./judge-things.ts";
import type { Judgement } from "./judgement.ts";
import { Marks } from "./marks.ts";

/** What has to happen, from what there is and what was decided. Nothing here calls anything. */
export function judge(facts: Facts): Judgement {
  const marks = new Marks(facts.memory.marks, facts.now);
  const things = judgeThings(facts, marks);
  const sessions = [...facts.records.values()]
    .filter(isLive)
    .map((record) => judgeSession(record, facts, marks));
  const places = judgePlaces(facts, marks);
  marks.keep((key, { session }) => facts.unread.has(session) || [...facts.unlisted].some(isKindOf(key)));
  return {
    ends: [...things.ends, ...sessions.flatMap(({ end }) => end ?? [])],
    repairs: [...sessions.flatMap(({ repair }) => repair ?? []), ...places],
    asks: sessions.flatMap(({ asks }) => asks ?? []),
    reports: [
      ...facts.strays.map(({ kind, id }) => `${kind} ${id} is tagged as ours and names no session`),
      ...things.reports,
      ...sessions.flatMap(({ reports }) => reports),
    ],
    marks: marks.all(),
  };
}

const isKindOf = (key: string) => (kind: string) =>
  key.startsWith(`${kind} `) || (kind === "machine" && key.startsWith("session "));
