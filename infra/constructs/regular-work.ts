import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import { type RegularWork, scheduleEventSource } from "../../functions/session/schedules.ts";
import { arnOf, functionArn, roleArn, workflowArn } from "./arns.ts";

type Names = ReturnType<typeof namesOf>;

/** The regular work that this deployment has a workflow for, which bears its name; and when, as Scheduler writes it. */
const times: Partial<Record<RegularWork, string>> = { sweep: "rate(10 minutes)" };

export const scheduledWorkflowArns = (names: Names): Record<string, string> =>
  Object.fromEntries(Object.keys(times).map((work) => [work, workflowArn(names.workflow(work))]));

/**
 * The schedules of the deployment itself. They have a group of their own: the sweep lists that of the sessions. Like
 * every event they only make react look: it names the execution after the appointment, so that twice is once.
 */
export class RegularSchedules extends Construct {
  constructor(scope: Construct, id: string, names: Names) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, "Group", { name: names.regularGroup });
    for (const [work, scheduleExpression] of Object.entries(times)) {
      new CfnSchedule(this, work, {
        name: names.regularSchedule(work),
        groupName: names.regularGroup,
        description: `Regular work: ${work}`,
        scheduleExpression,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: functionArn(names.lambda("react")),
          roleArn: roleArn(names.schedulerRole),
          input: JSON.stringify({
            source: scheduleEventSource,
            "detail-type": work,
            detail: { scheduledTime: "<aws.scheduler.scheduled-time>" },
          }),
          deadLetterConfig: { arn: arnOf("sqs", names.deadLetterQueue) },
          retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 600 },
        },
      }).addResourceDependency(group);
    }
  }
}
