import { Aws } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule, CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import { scheduleEventSource } from "../../functions/session/schedules.ts";
import { arnOf, functionArn } from "./arns.ts";
import { HandWrittenRole } from "./hand-written-role.ts";

/** When the sweep looks, and as whom its schedule acts: it may call that one function, and keep what it missed. */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, names: ReturnType<typeof namesOf>) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, "Group", { name: names.sweepSchedule });
    const { role } = new HandWrittenRole(this, "Identity", {
      roleName: names.sweepSchedulerRole,
      description: "What the schedule of the sweep may do",
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": Aws.ACCOUNT_ID,
            // Scheduler names the group here; a single schedule would never match.
            "aws:SourceArn": arnOf("scheduler", `schedule-group/${names.sweepSchedule}`),
          },
        },
      }),
      grants: [
        {
          sid: "CallSweep",
          actions: ["lambda:InvokeFunction"],
          resources: [functionArn(names.lambda("sweep"))],
        },
        {
          sid: "KeepWhatWasMissed",
          actions: ["sqs:SendMessage"],
          resources: [arnOf("sqs", names.deadLetterQueue)],
        },
      ],
    });
    new CfnSchedule(this, "Schedule", {
      name: names.sweepSchedule,
      groupName: group.ref,
      description: "Looks for what no event has told of",
      scheduleExpression: "rate(10 minutes)",
      // Nobody waits for it, and two deployments need not knock at the same second.
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 2 },
      target: {
        arn: functionArn(names.lambda("sweep")),
        roleArn: role.roleArn,
        input: JSON.stringify({ source: scheduleEventSource, "detail-type": "sweep" }),
        deadLetterConfig: { arn: arnOf("sqs", names.deadLetterQueue) },
        // One that is missed is made up for by the next.
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 300 },
      },
    });
  }
}
