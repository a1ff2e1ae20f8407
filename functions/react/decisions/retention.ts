import type { SessionRecord } from "../../session/record.ts";
import { putOffHours, type Retention, retentionWork } from "../../session/retention.ts";
import { type Decision, nothing } from "../decision.ts";

export interface RetentionFacts {
  scheduledAt: Date;
  policy: Retention | null;
  launchWorkflowArn: string;
  /** Those that are not over. */
  sessions: SessionRecord[];
}

/**
 * Old backups are due to be removed. The schedule comes hour by hour for one appointment: whoever comes while a box is live does
 * nothing, because a box cannot back up while the repository is tidied up; the last one waits for nobody, or boxes that are
 * never down would keep every backup for good. The appointment's day is the session's name, so it starts one session.
 */
export function decideOnRetention(facts: RetentionFacts): Decision {
  const { scheduledAt, policy, launchWorkflowArn, sessions } = facts;
  if (policy === null) return nothing("this deployment keeps every backup: its setting retention is null");
  const { day, hour } = atTheOperators(scheduledAt, policy.timeZone);
  const boxes = sessions.filter(({ blueprint, status }) => blueprint === "devbox" && status !== "ended");
  const isLast = hour >= policy.hour + putOffHours;
  if (boxes.length > 0 && !isLast) {
    return nothing(
      `put off by an hour: ${boxes.map(({ id }) => id).join(", ")} backs up to the same repository`,
    );
  }
  return {
    action: "start-workflow",
    workflowArn: launchWorkflowArn,
    name: `${retentionWork}-${day}`,
    input: JSON.stringify({ blueprint: retentionWork, requestedBy: `the schedule ${retentionWork}` }),
    reason:
      boxes.length > 0
        ? "put off often enough; boxes wait for some minutes"
        : `old backups are due on ${day}`,
  };
}

/** The date, and the hour of the day, by the operator's clock. */
function atTheOperators(moment: Date, timeZone: string): { day: string; hour: number } {
  // Sweden writes dates as ISO 8601 does, and hours from 00 to 23.
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(
    moment,
  );
  const [day = "", time = ""] = text.split(" ");
  return { day, hour: Number(time.slice(0, 2)) };
}
