import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, publicArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime } from "./grant.ts";
import { bornOurs, isOurs } from "./shared.ts";

const volumes = arnOf("ec2", "volume/*");
const machines = arnOf("ec2", "instance/*");

/** A volume that outlives its machines: one that bears its blueprint's name, whichever that is. */
const isKept = { Null: { [`aws:ResourceTag/${tagKeys.volume}`]: "false" } };

/** To give a machine the volume that outlives it. Nobody who launches may take a volume away. */
export const keptVolumeGrants = (stage: string, blueprints: readonly string[]): Grant[] => [
  {
    sid: "MakeKeptVolume",
    actions: ["ec2:CreateVolume"],
    resources: [volumes],
    conditions: {
      StringEquals: {
        ...bornOurs(stage),
        [`aws:RequestTag/${tagKeys.volume}`]: [...blueprints],
        "ec2:VolumeType": "gp3",
      },
      Bool: { "ec2:Encrypted": "true" },
    },
    star: idAtRunTime,
  },
  // From a snapshot of ours, and with the session's name until it is whole.
  {
    sid: "MakeVolumeAnew",
    actions: ["ec2:CreateVolume"],
    resources: [volumes],
    conditions: {
      StringEquals: { ...bornOurs(stage), "ec2:VolumeType": "gp3" },
      Bool: { "ec2:Encrypted": "true" },
      Null: { [`aws:RequestTag/${tagKeys.session}`]: "false" },
    },
    star: idAtRunTime,
  },
  {
    sid: "MakeFromSnapshot",
    actions: ["ec2:CreateVolume"],
    resources: [publicArn("ec2", "snapshot/*")],
    conditions: { StringEquals: isOurs(stage), ...isKept },
    star: idAtRunTime,
  },
  {
    sid: "GiveVolumeItsPlace",
    actions: ["ec2:CreateTags"],
    resources: [volumes],
    conditions: {
      StringEquals: isOurs(stage),
      "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.volume] },
    },
    star: idAtRunTime,
  },
  {
    sid: "TakeSessionsNameOff",
    actions: ["ec2:DeleteTags"],
    resources: [volumes],
    conditions: {
      StringEquals: isOurs(stage),
      "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.session] },
    },
    star: idAtRunTime,
  },
  {
    sid: "AttachKeptVolume",
    actions: ["ec2:AttachVolume"],
    resources: [volumes],
    conditions: { StringEquals: isOurs(stage), ...isKept },
    star: idAtRunTime,
  },
  {
    sid: "AttachToOurs",
    actions: ["ec2:AttachVolume"],
    resources: [machines],
    conditions: { StringEquals: isOurs(stage) },
    star: idAtRunTime,
  },
];

/** To take it off a machine that has ended. */
export const takeOffGrants = (stage: string): Grant[] => [
  {
    sid: "TakeKeptVolumeOff",
    actions: ["ec2:DetachVolume"],
    resources: [volumes],
    conditions: { StringEquals: isOurs(stage), ...isKept },
    star: idAtRunTime,
  },
  {
    sid: "TakeOffOurs",
    actions: ["ec2:DetachVolume"],
    resources: [machines],
    conditions: { StringEquals: isOurs(stage) },
    star: idAtRunTime,
  },
];
