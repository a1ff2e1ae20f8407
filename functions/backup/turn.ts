import type { SessionRecord } from "../session/record.ts";
import { updateSession } from "../session/store.ts";
import { minutesFrom } from "../session/times.ts";

/** As long as its execution may run, in case that dies without a word. */
const turnMinutes = 10;

const nobodyEnds = "#status = :ready AND (attribute_not_exists(claim) OR claim.expiresAt <= :now)";
const names = { "#status": "status" };

/** Answers whether the execution has its turn: nobody ends the session, and no other backup is at work. */
export function takeTurn(session: string, execution: string, now: Date): Promise<boolean> {
  const until = minutesFrom(now, turnMinutes).toISOString();
  return updateSession(
    session,
    { backup: { execution, until } },
    {
      expression: `${nobodyEnds} AND (attribute_not_exists(#backup) OR #backup.#until <= :now OR #backup.execution = :self)`,
      names: { ...names, "#backup": "backup", "#until": "until" },
      values: { ":ready": "ready", ":now": now.toISOString(), ":self": execution },
    },
  );
}

/** Writes what was saved, unless an end has begun, which writes its own. */
export const writeSave = (session: string, save: NonNullable<SessionRecord["save"]>, now: Date) =>
  updateSession(
    session,
    { save },
    { expression: nobodyEnds, names, values: { ":ready": "ready", ":now": now.toISOString() } },
  );

/** The next backup need not wait. */
export const giveTurnBack = (session: string, execution: string) =>
  updateSession(
    session,
    { backup: { execution, until: new Date(0).toISOString() } },
    {
      expression: "#backup.execution = :self",
      names: { "#backup": "backup" },
      values: { ":self": execution },
    },
  );
