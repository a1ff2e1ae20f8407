import type { Blueprint } from "../../blueprints/index.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, executionsArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime, noNarrower } from "./grant.ts";
import { takeOffGrants } from "./kept-volume.ts";
import { savingGrants } from "./saving.ts";
import * as shared from "./shared.ts";
import { isOurs, type Names } from "./shared.ts";

/** A volume that outlives its machines bears no session's name; should it ever, it stays all the same. */
const notKept = { [`aws:ResourceTag/${tagKeys.volume}`]: "true" };

/**
 * What is removed by tag needs the tag; what is removed by name is named like ours. Alarms and parameters have no tag
 * condition on purpose: one that is gone has no tags, and ending twice must be an answer, not a refusal.
 */
export function teardownGrants(stage: string, names: Names, known: readonly Blueprint[]): Grant[] {
  const keeps = known.some(({ storage }) => storage.keptVolume);
  return [
    shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
    shared.describe([
      "Instances",
      "SecurityGroups",
      "SecurityGroupRules",
      "Volumes",
      "NetworkInterfaces",
      "Addresses",
    ]),
    {
      sid: "TerminateOurs",
      actions: ["ec2:TerminateInstances"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    // Only a session's own group: the base group of a blueprint has no session tag and stays.
    ofSessions(stage, "TakeDoorAway", "ec2:DeleteSecurityGroup", "security-group/*"),
    // A session's rule may be in a shared group of ours; IAM judges by the group alone.
    {
      sid: "CloseDoor",
      actions: ["ec2:RevokeSecurityGroupIngress"],
      resources: [arnOf("ec2", "security-group/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    ofSessions(stage, "GiveAddressBack", "ec2:ReleaseAddress", "elastic-ip/*"),
    ofSessions(stage, "TakeVolumeAway", "ec2:DeleteVolume", "volume/*", notKept),
    ...(keeps ? takeOffGrants(stage) : []),
    ofSessions(stage, "TakeInterfaceAway", "ec2:DeleteNetworkInterface", "network-interface/*"),
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
    ...savingGrants(stage, names, "teardown"),
    shared.tellEverybody(),
    shared.tellOperator(names),
    shared.writeTraces(),
  ];
}

/** What bears our stage's tag and the name of a session, whichever. */
const ofSessions = (
  stage: string,
  sid: string,
  action: string,
  resource: string,
  besides: Record<string, string> = {},
): Grant => ({
  sid,
  actions: [action],
  resources: [arnOf("ec2", resource)],
  conditions: {
    StringEquals: isOurs(stage),
    Null: { [`aws:ResourceTag/${tagKeys.session}`]: "false", ...besides },
  },
  star: idAtRunTime,
});
