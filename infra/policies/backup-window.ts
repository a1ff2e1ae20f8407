import { backupTarget } from "../../blueprints/backup-target.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, publicArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime } from "./grant.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";
import { bornOurs, isOurs } from "./shared.ts";

const volumes = arnOf("ec2", "volume/*");
/** Snapshots have no account in their ARNs. */
const snapshots = publicArn("ec2", "snapshot/*");
const isTheVolumes = { [`aws:ResourceTag/${tagKeys.volume}`]: backupTarget.name };

/** To snapshot and grow the backup volume, and to delete snapshots of it that are ours. It ends no session and deletes no volume. */
export const backupWindowGrants = (stage: string, names: Names): Grant[] => [
  shared.sessionRecords(names, ["dynamodb:GetItem"]),
  shared.describe(["Volumes", "Snapshots"]),
  {
    sid: "SnapshotVolume",
    actions: ["ec2:CreateSnapshot"],
    resources: [volumes],
    conditions: { StringEquals: { ...isOurs(stage), ...isTheVolumes } },
    star: idAtRunTime,
  },
  {
    sid: "MakeSnapshot",
    actions: ["ec2:CreateSnapshot"],
    resources: [snapshots],
    conditions: { StringEquals: bornOurs(stage) },
    star: idAtRunTime,
  },
  {
    sid: "TagSnapshotAtBirth",
    actions: ["ec2:CreateTags"],
    resources: [snapshots],
    conditions: { StringEquals: { "ec2:CreateAction": "CreateSnapshot", ...bornOurs(stage) } },
    star: idAtRunTime,
  },
  {
    sid: "DeleteOldSnapshots",
    actions: ["ec2:DeleteSnapshot"],
    resources: [snapshots],
    conditions: { StringEquals: { ...isOurs(stage), ...isTheVolumes } },
    star: idAtRunTime,
  },
  {
    sid: "GrowVolume",
    actions: ["ec2:ModifyVolume"],
    resources: [volumes],
    conditions: { StringEquals: { ...isOurs(stage), ...isTheVolumes } },
    star: idAtRunTime,
  },
  shared.tellOperator(names),
  shared.writeTraces(),
];
