import type { RegularWork } from "../../session/schedules.ts";
import { type Decision, nothing } from "../decision.ts";

/** Regular work is due: its workflow is started, once for each appointment, if the deployment has one. */
export function decideOnSchedule(
  work: RegularWork,
  scheduledAt: Date,
  workflowArn: string | undefined,
  input: object,
): Decision {
  if (workflowArn === undefined) return nothing(`no workflow of this deployment answers to "${work}"`);
  const time = scheduledAt.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    action: "start-workflow",
    workflowArn,
    name: `${work}-${time.replaceAll(":", "-")}`,
    input: JSON.stringify(input),
    reason: `${work} is due since ${time}`,
  };
}
