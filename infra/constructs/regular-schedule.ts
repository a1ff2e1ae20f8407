import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { scheduleEventSource } from "../../functions/session/schedules.ts";
import type { Names } from "../policies/shared.ts";
import { arnOf, functionArn, roleArn } from "./arns.ts";

interface RegularScheduleProps {
  names: Names;
  name: string;
  description: string;
  expression: string;
  timeZone: string;
  /** What is due. */
  work: string;
  /** For the workflow that does it. */
  input?: object;
  /** Seconds for which react is asked again. */
  patience: number;
}

/** Regular work, by the operator's clock: react is told of each appointment, and decides. */
export function regularSchedule(scope: Construct, props: RegularScheduleProps): CfnSchedule {
  const { names, name, description, expression, timeZone, work, input, patience } = props;
  return new CfnSchedule(scope, "Schedule", {
    name,
    groupName: names.scheduleGroup,
    description,
    scheduleExpression: expression,
    scheduleExpressionTimezone: timeZone,
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: functionArn(names.lambda("react")),
      roleArn: roleArn(names.schedulerRole),
      input: JSON.stringify({
        source: scheduleEventSource,
        "detail-type": work,
        detail: { scheduledTime: "<aws.scheduler.scheduled-time>", ...(input !== undefined && { input }) },
      }),
      deadLetterConfig: { arn: arnOf("sqs", names.deadLetterQueue) },
      retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: patience },
    },
  });
}
