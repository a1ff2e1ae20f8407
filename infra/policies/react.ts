import { arnOf, executionsArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime } from "./grant.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";

/** react looks, decides and starts teardowns. It ends no machine by itself and starts no launch. */
export function reactGrants(names: Names): Grant[] {
  const teardown = names.workflow("teardown");
  return [
    shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
    shared.describe(["Instances"]),
    { sid: "StartTeardown", actions: ["states:StartExecution"], resources: [workflowArn(teardown)] },
    {
      sid: "LookAtTeardown",
      actions: ["states:DescribeExecution"],
      resources: [executionsArn(teardown)],
      star: namedAtRunTime,
    },
    // The token of a machine that died is in its parameter: with it the waiting launch is called off at once.
    {
      sid: "ReadInvitation",
      actions: ["ssm:GetParameter"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      star: namedAtRunTime,
    },
    shared.callOffLaunch(names),
    shared.expirySchedules(names, [
      "scheduler:CreateSchedule",
      "scheduler:UpdateSchedule",
      "scheduler:DeleteSchedule",
    ]),
    shared.handOverSchedulerRole(names),
    // An event that react fails on three times is kept for the operator.
    {
      sid: "KeepFailedEvents",
      actions: ["sqs:SendMessage"],
      resources: [arnOf("sqs", names.deadLetterQueue)],
    },
    shared.writeTraces(),
  ];
}
