import { saveEarly } from "../../session/orders.ts";
import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { wasSpared } from "../../session/spot.ts";
import { minutesFrom } from "../../session/times.ts";
import { type Decision, nothing } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";
import { savesByMachine } from "./ending.ts";
import { decideOnMachine } from "./machine.ts";

/**
 * Spot takes the machine away. That goes before everything: a voluntary teardown which is still saving is overtaken,
 * because it believes that it has twenty minutes.
 */
export function decideOnInterruption(
  record: SessionRecord | undefined,
  machine: SeenMachine,
  warnedAt: Date,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine?.instanceId !== machine.instanceId)
    return nothing("the session lives on another machine");
  if (machine.going) return decideOnMachine(record, machine, now);
  if (record.status === "ended") return nothing("the session has ended");
  if (record.goneAt !== undefined) return nothing("its machines were seen gone");
  if (wasSpared(warnedAt, now))
    return nothing(`warned at ${warnedAt.toISOString()}, and the machine is still up`);
  if (isEndedForIt(record, now)) return nothing("a teardown is at work that knows of the interruption");
  return {
    action: "interrupt",
    session: record.id,
    instanceId: machine.instanceId,
    saves: savesByMachine(record),
    warnedAt,
    at: now,
    generation: record.generation,
    reason: "spot takes the machine away",
  };
}

/** One that is for another reason asks for a whole save, however much it could know: only its own is quick. */
const isEndedForIt = (record: SessionRecord, now: Date) =>
  isClaimed(record, now) && record.interruptedAt !== undefined && record.reason === "interrupted";

/** A save that is younger than this is early enough. */
const earlySaveMinutes = 10;

/** Spot may take the machine away; two out of three times it does not. Saving early costs little, an end would. */
export function decideOnRebalance(
  record: SessionRecord | undefined,
  machine: SeenMachine,
  noticedAt: Date,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine?.instanceId !== machine.instanceId)
    return nothing("the session lives on another machine");
  if (machine.going) return nothing(`the machine is ${machine.state}`);
  if (record.status !== "ready") return nothing(`the session is ${record.status}; there is nothing to save`);
  if (!savesByMachine(record)) return nothing(`${record.blueprint} keeps nothing`);
  if (record.interruptedAt !== undefined) return nothing("spot has given notice already");
  if (isClaimed(record, now)) return nothing("a teardown is at work, which saves");
  const recent = recentSave(record, machine, now);
  if (recent !== undefined) return nothing(`saved or asked to save at ${recent}`);
  return {
    action: "save-early",
    session: record.id,
    instanceId: machine.instanceId,
    order: saveEarly(noticedAt.toISOString()),
    reason: "spot may take the machine away",
  };
}

const earlyOrder = new RegExp(`^${saveEarly("(.+)")}$`);

/** The time of the last save, or of the last order for one, when it is recent. */
function recentSave({ save }: SessionRecord, { wants }: SeenMachine, now: Date): string | undefined {
  const saved = save?.outcome === "saved" ? save.at : undefined;
  const asked = earlyOrder.exec(wants ?? "")?.[1];
  return [saved, asked].find(
    (time) => time !== undefined && now < minutesFrom(new Date(time), earlySaveMinutes),
  );
}
