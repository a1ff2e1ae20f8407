import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import {
  type Retention as Policy,
  retentionSchedule,
  retentionWork,
} from "../../functions/session/retention.ts";
import { scheduleEventSource } from "../../functions/session/schedules.ts";
import { arnOf, functionArn, roleArn } from "./arns.ts";

interface RetentionProps {
  names: ReturnType<typeof namesOf>;
  policy: Policy;
}

/** When old backups are due to be removed, by the operator's clock: react decides whether it is now. */
export class Retention extends Construct {
  constructor(scope: Construct, id: string, { names, policy }: RetentionProps) {
    super(scope, id);
    new CfnSchedule(this, "Schedule", {
      name: names.retentionSchedule,
      groupName: names.scheduleGroup,
      description: "Old backups are due to be removed",
      scheduleExpression: retentionSchedule(policy),
      scheduleExpressionTimezone: policy.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn(names.lambda("react")),
        roleArn: roleArn(names.schedulerRole),
        input: JSON.stringify({
          source: scheduleEventSource,
          "detail-type": retentionWork,
          detail: { scheduledTime: "<aws.scheduler.scheduled-time>" },
        }),
        deadLetterConfig: { arn: arnOf("sqs", names.deadLetterQueue) },
        // One that is missed is made up for by the next hour's, and the last by the next week's.
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 1_800 },
      },
    });
  }
}
