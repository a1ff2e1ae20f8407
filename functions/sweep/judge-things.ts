import { type Facts, isCaredFor, isLive } from "./facts.ts";
import type { Finding } from "./finding.ts";
import type { End } from "./judgement.ts";
import type { Marks } from "./marks.ts";

/** What bears the name of a session that nobody cares for: marked at first, its session ended when it is seen again. */
export function judgeThings(facts: Facts, marks: Marks): { ends: End[]; reports: string[] } {
  const { findings, records, unread, now } = facts;
  const relabelled = relabelledMachines(facts);
  const due = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { kind, id, session } = finding;
    const record = records.get(session);
    if (unread.has(session) || relabelled.has(session)) continue;
    if (record !== undefined && isCaredFor(record, now)) continue;
    if (marks.isDue(`${kind} ${id}`, session)) due.set(session, [...(due.get(session) ?? []), finding]);
  }
  return {
    ends: [...due].map(([session, things]) => endOf(session, things, facts)),
    reports: [...relabelled.values()],
  };
}

/** As many as a notice can hold of each session. */
const mostNamed = 20;

function endOf(session: string, things: Finding[], { records }: Facts): End {
  const record = records.get(session);
  const state = record === undefined ? "has no record" : "has ended";
  const names = things.slice(0, mostNamed).map(({ kind, id }) => `${kind} ${id}`);
  if (things.length > mostNamed) names.push(`and ${things.length - mostNamed} more`);
  return {
    session,
    reason: "swept",
    why: `${names.join(", ")} left of a session that ${state}`,
    ...(record !== undefined && { generation: record.generation }),
  };
}

/**
 * Somebody has edited a live session's machine to bear another session's name. Ending that other session would end
 * this machine, so nothing of that name is touched.
 */
function relabelledMachines({ findings, records }: Facts): Map<string, string> {
  const owners = new Map(
    [...records.values()]
      .filter(isLive)
      .flatMap(({ id, machine }) => (machine === undefined ? [] : [[machine.instanceId, id] as const])),
  );
  return new Map(
    findings.flatMap(({ kind, id, session }) => {
      const owner = kind === "machine" ? owners.get(id) : undefined;
      if (owner === undefined || owner === session) return [];
      const told = `machine ${id} is tagged with session ${session}, but the record of session ${owner} says that it is its own: nothing of ${session} is removed until that is put right`;
      return [[session, told] as const];
    }),
  );
}
