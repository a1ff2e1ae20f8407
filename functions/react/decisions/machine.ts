import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { type Decision, nothing } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";
import { endUnlessEnding } from "./ending.ts";

/** A machine that ended by itself: its launch is told while it waits, its session ended when it was ready. */
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
    return {
      action: "fail-launch",
      session: record.id,
      instanceId: machine.instanceId,
      cause,
      reason: cause,
    };
  }
  const endReason = record.interruptedAt === undefined ? "machine-gone" : "interrupted";
  return endUnlessEnding(record, endReason, `the machine is ${machine.state}`, now);
}
