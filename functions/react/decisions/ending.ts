import { blueprintNamed } from "../../../blueprints/index.ts";
import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { type Decision, nothing, type TearDown } from "../decision.ts";

/**
 * The decisions: from the facts and the time to an action with its reason. Nothing in this folder calls anything.
 * Every ending begins here: a session that is over, or whose teardown is at work, needs nothing.
 */
export function endUnlessEnding(
  record: SessionRecord,
  endReason: EndReason,
  reason: string,
  now: Date,
  told?: TearDown["told"],
): Decision {
  if (record.status === "ended") return nothing(`session ended already; ${reason}`);
  if (isClaimed(record, now)) return nothing(`a teardown is at work; ${reason}`);
  return {
    action: "tear-down",
    session: record.id,
    endReason,
    generation: record.generation,
    ...(told !== undefined && { told }),
    reason,
  };
}

/** Whether its machine is asked to save before it ends. */
export const savesByMachine = ({ blueprint }: SessionRecord): boolean =>
  blueprintNamed(blueprint).save.by === "machine";
