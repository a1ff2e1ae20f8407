import { lookAgain, sweepEventSource } from "../../functions/session/asks.ts";
import { eventSource } from "../../functions/session/events.ts";
import { arnOf, executionsArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime, noNarrower } from "./grant.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";

/** The sweep sees everything and removes nothing: it starts teardowns, which may remove what bears our tags. */
export function sweepGrants(names: Names): Grant[] {
  const teardown = names.workflow("teardown");
  return [
    shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
    shared.describe([
      "Instances",
      "Volumes",
      "NetworkInterfaces",
      "SecurityGroups",
      "SecurityGroupRules",
      "Addresses",
    ]),
    {
      sid: "ListAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: [arnOf("cloudwatch", "alarm:*")],
      star: "listing by prefix is authorised against all alarms of the account",
    },
    {
      sid: "ListParameters",
      actions: ["ssm:DescribeParameters"],
      resources: ["*"],
      star: noNarrower,
    },
    {
      sid: "SeeWhoseParameter",
      actions: ["ssm:ListTagsForResource"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      star: namedAtRunTime,
    },
    {
      sid: "ListSchedules",
      actions: ["scheduler:ListSchedules"],
      resources: ["*"],
      star: noNarrower,
    },
    // An undertaker that is missing is hired again.
    shared.expirySchedules(names, ["scheduler:CreateSchedule"]),
    shared.handOverSchedulerRole(names),
    { sid: "StartTeardown", actions: ["states:StartExecution"], resources: [workflowArn(teardown)] },
    {
      sid: "SeeWhoIsAtWork",
      actions: ["states:DescribeExecution"],
      resources: [executionsArn(names.workflow("launch")), executionsArn(teardown)],
      star: namedAtRunTime,
    },
    {
      sid: "AskAgainAndTellEverybody",
      actions: ["events:PutEvents"],
      resources: [arnOf("events", "event-bus/default")],
      conditions: {
        "ForAllValues:StringEquals": {
          "events:source": [eventSource, sweepEventSource],
          "events:detail-type": ["swept", lookAgain],
        },
      },
    },
    shared.tellOperator(names),
    // A sweep that fails three times is kept for the operator.
    {
      sid: "KeepFailedSweeps",
      actions: ["sqs:SendMessage"],
      resources: [arnOf("sqs", names.deadLetterQueue)],
    },
    shared.writeTraces(),
  ];
}
