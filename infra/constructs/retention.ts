import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import {
  type Retention as Policy,
  retentionSchedule,
  retentionWork,
} from "../../functions/session/retention.ts";
import { regularSchedule } from "./regular-schedule.ts";

interface RetentionProps {
  names: ReturnType<typeof namesOf>;
  policy: Policy;
}

/** When old backups are due to be removed, by the operator's clock: react decides whether it is now. */
export class Retention extends Construct {
  constructor(scope: Construct, id: string, { names, policy }: RetentionProps) {
    super(scope, id);
    regularSchedule(this, {
      names,
      name: names.retentionSchedule,
      description: "Old backups are due to be removed",
      expression: retentionSchedule(policy),
      timeZone: policy.timeZone,
      work: retentionWork,
      // One that is missed is made up for by the next hour's, and the last by the next week's.
      patience: 1_800,
    });
  }
}
