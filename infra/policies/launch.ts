import type { Blueprint } from "../../blueprints/index.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime } from "./grant.ts";
import { keptVolumeGrants } from "./kept-volume.ts";
import { launchMachineGrants } from "./launch-machine.ts";
import * as shared from "./shared.ts";
import { bornOurs, isOurs, type Names } from "./shared.ts";

/** A session's own group; the base group of a blueprint has no session tag, so no port can be opened in it. */
const ofSession = (stage: string) => ({
  StringEquals: isOurs(stage),
  Null: { [`aws:ResourceTag/${tagKeys.session}`]: "false" },
});

function doorGrants(stage: string): Grant[] {
  const groups = arnOf("ec2", "security-group/*");
  const rules = arnOf("ec2", "security-group-rule/*");
  return [
    {
      sid: "MakeDoor",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [groups],
      conditions: { StringEquals: bornOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "MakeDoorInDefaultVpc",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [arnOf("ec2", "vpc/*")],
      star: "the default VPC belongs to the account, its id is not looked up and it has no tag of ours",
    },
    {
      sid: "OpenDoor",
      actions: ["ec2:AuthorizeSecurityGroupIngress"],
      resources: [groups],
      conditions: ofSession(stage),
      star: idAtRunTime,
    },
    {
      sid: "OpenDoorByTaggedRule",
      actions: ["ec2:AuthorizeSecurityGroupIngress"],
      resources: [rules],
      conditions: { StringEquals: bornOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "TagDoorAtBirth",
      actions: ["ec2:CreateTags"],
      resources: [groups, rules],
      conditions: {
        StringEquals: {
          "ec2:CreateAction": ["CreateSecurityGroup", "AuthorizeSecurityGroupIngress"],
          ...bornOurs(stage),
        },
      },
      star: idAtRunTime,
    },
    // ec2:Attribute could narrow this to groups, but its values are in no guide and a wrong one denies in silence.
    {
      sid: "HangDoor",
      actions: ["ec2:ModifyInstanceAttribute"],
      resources: [arnOf("ec2", "instance/*"), groups],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
  ];
}

export function launchGrants(stage: string, names: Names, known: readonly Blueprint[]): Grant[] {
  const keeping = known.filter(({ storage }) => storage.keptVolume).map(({ name }) => name);
  return [
    shared.sessionRecords(names, [
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:ConditionCheckItem",
    ]),
    shared.expirySchedules(names, ["scheduler:CreateSchedule"]),
    shared.handOverSchedulerRole(names),
    shared.describe([
      "Instances",
      "Subnets",
      "SecurityGroups",
      "SpotPriceHistory",
      ...(keeping.length > 0 ? ["Volumes", "Snapshots"] : []),
    ]),
    ...launchMachineGrants(stage, names, known),
    ...(keeping.length > 0 ? keptVolumeGrants(stage, keeping) : []),
    ...doorGrants(stage),
    // No tag condition: SSM takes tags only with a new parameter, and a repeated invitation overwrites it.
    {
      sid: "Invite",
      actions: ["ssm:PutParameter"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      star: namedAtRunTime,
    },
    {
      sid: "SealInvitation",
      actions: ["ssm:AddTagsToResource"],
      resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
      conditions: { StringEquals: bornOurs(stage) },
      star: namedAtRunTime,
    },
    {
      sid: "WatchForIdleness",
      actions: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
      resources: [arnOf("cloudwatch", `alarm:${names.idleAlarm("*")}`)],
      conditions: { StringEquals: bornOurs(stage) },
      star: namedAtRunTime,
    },
    shared.callOff(names, "launch"),
    shared.tellEverybody(),
    shared.tellOperator(names),
    shared.writeTraces(),
  ];
}
