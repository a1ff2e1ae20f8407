import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, executionsArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime } from "./grant.ts";
import * as shared from "./shared.ts";
import { isOurs, type Names } from "./shared.ts";

/**
 * react looks, decides, starts teardowns and turns ssh off. It ends no machine by itself; what it has to say to one is a tag. The one
 * launch that it starts is the weekly one that removes old backups, where there is such a thing.
 */
export function reactGrants(
  stage: string,
  names: Names,
  { removesBackups }: { removesBackups: boolean },
): Grant[] {
  const teardown = names.workflow("teardown");
  const launch: Grant = {
    sid: "StartRetention",
    actions: ["states:StartExecution"],
    resources: [workflowArn(names.workflow("launch"))],
  };
  return [
    shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
    shared.describe(["Instances"]),
    { sid: "StartTeardown", actions: ["states:StartExecution"], resources: [workflowArn(teardown)] },
    ...(removesBackups ? [launch] : []),
    {
      sid: "ShutWhatTailscaleReplaces",
      actions: ["states:StartExecution"],
      resources: [workflowArn(names.workflow("ssh"))],
    },
    {
      sid: "LookAtTeardown",
      actions: ["states:DescribeExecution"],
      resources: [executionsArn(teardown)],
      star: namedAtRunTime,
    },
    // An order for the machine, an answer, and a line for whoever is logged in: no other tag, least of all one that says whose it is.
    {
      sid: "TellMachine",
      actions: ["ec2:CreateTags"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: {
        StringEquals: isOurs(stage),
        "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.wants, tagKeys.tells, tagKeys.heard] },
      },
      star: idAtRunTime,
    },
    {
      sid: "LookAtAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: [arnOf("cloudwatch", "alarm:*")],
      star: "describing is authorised against all alarms of the account",
    },
    // The token of a machine that died is in its parameter: with it who waits for it, launch, teardown or backup, is called off at once.
    {
      sid: "ReadInvitation",
      actions: ["ssm:GetParameter"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      star: namedAtRunTime,
    },
    shared.callOff(names, "launch", "teardown", "backup"),
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
    shared.tellEverybody(),
    shared.tellOperator(names),
    shared.writeTraces(),
  ];
}
