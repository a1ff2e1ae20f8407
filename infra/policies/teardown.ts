import { Aws } from "aws-cdk-lib";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, executionsArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime, noNarrower } from "./grant.ts";
import * as shared from "./shared.ts";
import { bornOurs, isOurs, type Names } from "./shared.ts";

/**
 * What is removed by tag needs the tag; what is removed by name is named like ours. Alarms and parameters have no tag
 * condition on purpose: one that is gone has no tags, and ending twice must be an answer, not a refusal.
 */
export function teardownGrants(stage: string, names: Names): Grant[] {
  return [
    shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
    shared.describe(["Instances", "SecurityGroups", "Volumes", "NetworkInterfaces"]),
    {
      sid: "TerminateOurs",
      actions: ["ec2:TerminateInstances"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    // Only a session's own group: the base group of a blueprint has no session tag and stays.
    {
      sid: "TakeDoorAway",
      actions: ["ec2:DeleteSecurityGroup"],
      resources: [arnOf("ec2", "security-group/*")],
      conditions: {
        StringEquals: isOurs(stage),
        Null: { [`aws:ResourceTag/${tagKeys.session}`]: "false" },
      },
      star: idAtRunTime,
    },
    {
      sid: "TakeInterfaceAway",
      actions: ["ec2:DeleteNetworkInterface"],
      resources: [arnOf("ec2", "network-interface/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "StopWatching",
      actions: ["cloudwatch:DeleteAlarms"],
      resources: [arnOf("cloudwatch", `alarm:${names.idleAlarm("*")}`)],
      star: namedAtRunTime,
    },
    // Without names it is authorised against every alarm; it is how verification sees what is left.
    {
      sid: "ListAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: [arnOf("cloudwatch", "alarm:*")],
      star: "listing by prefix is authorised against all alarms of the account",
    },
    {
      sid: "TakeInvitationBack",
      actions: ["ssm:DeleteParameters"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      star: namedAtRunTime,
    },
    {
      sid: "ListInvitations",
      actions: ["ssm:DescribeParameters"],
      resources: ["*"],
      star: noNarrower,
    },
    shared.expirySchedules(names, [
      "scheduler:CreateSchedule",
      "scheduler:UpdateSchedule",
      "scheduler:DeleteSchedule",
    ]),
    shared.handOverSchedulerRole(names),
    // Of a teardown: the voluntary one that an interruption overtakes.
    {
      sid: "StopOthers",
      actions: ["states:StopExecution"],
      resources: [executionsArn(names.workflow("launch")), executionsArn(names.workflow("teardown"))],
      star: namedAtRunTime,
    },
    ...savingGrants(stage, names),
    shared.tellEverybody(),
    shared.tellOperator(names),
    shared.writeTraces(),
  ];
}

/** To have a machine save, and to see for itself that it did; not to read what was saved. */
function savingGrants(stage: string, names: Names): Grant[] {
  const notes = {
    resources: [arnOf("ssm", `parameter${names.saveParameter("*")}`)],
    star: namedAtRunTime,
  };
  return [
    // No tag condition: SSM takes tags only with a new parameter, and an order for the second attempt overwrites it.
    { sid: "LeaveOrder", actions: ["ssm:PutParameter"], ...notes },
    {
      sid: "SealOrder",
      actions: ["ssm:AddTagsToResource"],
      conditions: { StringEquals: bornOurs(stage) },
      ...notes,
    },
    {
      sid: "TellMachine",
      actions: ["ec2:CreateTags"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: {
        StringEquals: isOurs(stage),
        "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.wants, tagKeys.kept] },
      },
      star: idAtRunTime,
    },
    // The reference names no resource type; AWS checks it against the state machine, as its refusals say.
    {
      sid: "AnswerForMachine",
      actions: ["states:SendTaskFailure"],
      resources: [workflowArn(names.workflow("teardown"))],
    },
    // A listing shows names and times, and no contents.
    {
      sid: "SeeSnapshots",
      actions: ["s3:ListBucket"],
      resources: [`arn:${Aws.PARTITION}:s3:::${names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION)}`],
      conditions: { StringLike: { "s3:prefix": "*/snapshots/*" } },
    },
  ];
}
