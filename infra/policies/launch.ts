import type { Blueprint } from "../../blueprints/index.ts";
import { arnOf } from "../constructs/arns.ts";
import { doorGrants, egressGrants } from "./door.ts";
import { type Grant, namedAtRunTime } from "./grant.ts";
import { keptVolumeGrants } from "./kept-volume.ts";
import { launchMachineGrants } from "./launch-machine.ts";
import * as shared from "./shared.ts";
import { bornOurs, type Names } from "./shared.ts";

export function launchGrants(
  stage: string,
  names: Names,
  known: readonly Blueprint[],
  sshKeyName: string | null,
): Grant[] {
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
    ...launchMachineGrants(stage, names, known, sshKeyName),
    ...(keeping.length > 0 ? keptVolumeGrants(stage, keeping) : []),
    ...doorGrants(stage),
    ...egressGrants(stage, known),
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
