import { blueprints } from "../../blueprints/index.ts";
import type { SessionRecord } from "../session/record.ts";
import { type Facts, minutesBetween } from "./facts.ts";

/** So many in a row may be missed before the operator hears of it. */
const mostMissed = 4;

/**
 * A machine that should save by itself and has not for a while: a sentence that stays the same for as long as that
 * lasts, so that it is told once. Whoever is told already that a session cannot be saved is not told here again.
 */
export function staleBackup(record: SessionRecord, { findings, now }: Facts): string | undefined {
  const { id, status, readyAt, save, kept, machine, reason } = record;
  const saves = blueprints.get(record.blueprint)?.save;
  if (saves?.by !== "machine" || saves.everyMinutes === undefined) return undefined;
  if (status !== "ready" || readyAt === undefined) return undefined;
  if (reason !== undefined || kept !== undefined) return undefined;
  const own = findings.find(
    ({ kind, id: instance }) => kind === "machine" && instance === machine?.instanceId,
  );
  if (own === undefined) return undefined;
  const booked = save?.outcome === "saved" ? save.at : undefined;
  const last = [own.saved, booked]
    .filter((at) => at !== undefined && !Number.isNaN(Date.parse(at)))
    .sort()
    .at(-1);
  if (minutesBetween(last ?? readyAt, now) < mostMissed * saves.everyMinutes) return undefined;
  const since =
    last === undefined
      ? `has never been backed up since it was ready at ${readyAt}`
      : `was last backed up at ${last}`;
  const why =
    own.unsaved === undefined ? "the machine does not say why" : `its backups fail since ${own.unsaved}`;
  return `session ${id}: what it holds ${since}; ${why}`;
}
