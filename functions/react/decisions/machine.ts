import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { type CallOff, type Decision, nothing } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";
import { endUnlessEnding, savesByMachine } from "./ending.ts";

/**
 * A machine that ended: who waits for its answer, its launch or a teardown that has asked it to save, is told; a session
 * that was ready is ended.
 */
export function decideOnMachine(
  record: SessionRecord | undefined,
  machine: Pick<SeenMachine, "instanceId" | "state" | "phase">,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine !== undefined && record.machine.instanceId !== machine.instanceId) {
    return nothing("the session lives on another machine");
  }
  if (record.status === "launching" && !isClaimed(record, now)) {
    const cause = `the machine shut itself down; its last phase was "${machine.phase ?? "none"}"`;
    return callOff("launch", record, machine, cause);
  }
  if (isClaimed(record, now) && savesByMachine(record) && record.goneAt === undefined) {
    return callOff("save", record, machine, `the machine is ${machine.state}; it can save nothing more`);
  }
  const endReason = record.interruptedAt === undefined ? "machine-gone" : "interrupted";
  return endUnlessEnding(record, endReason, `the machine is ${machine.state}`, now);
}

/** Who has asked such a machine for a save more need not wait for its time to be over, whatever becomes of the session. */
export function decideOnBackupOf(
  record: SessionRecord | undefined,
  machine: Pick<SeenMachine, "instanceId" | "state">,
  now: Date,
): Decision[] {
  if (record?.backup === undefined || new Date(record.backup.until) <= now) return [];
  if (record.machine?.instanceId !== machine.instanceId) return [];
  return [callOff("backup", record, machine, `the machine is ${machine.state}; it can save nothing more`)];
}

const callOff = (
  what: CallOff["what"],
  { id: session }: SessionRecord,
  { instanceId }: Pick<SeenMachine, "instanceId">,
  cause: string,
): CallOff => ({ action: "call-off", what, session, instanceId, cause, reason: cause });
