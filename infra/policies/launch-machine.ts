import { type Blueprint, imageParameters } from "../../blueprints/index.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, publicArn, roleArn } from "../constructs/arns.ts";
import { type Grant, idAtRunTime } from "./grant.ts";
import { bornOurs, isOurs, type Names } from "./shared.ts";

const notOurs =
  "belongs to the account or to nobody and has no tag of ours; what it takes to make a machine is tagged";

/**
 * Getting one machine. An instant fleet runs machines with the caller's own permissions, so both calls are judged:
 * the fleet by its template, the machine, its disk and its interface by the tags they are born with.
 */
export function launchMachineGrants(
  stage: string,
  names: Names,
  known: readonly Blueprint[],
  sshKeyName: string | null,
): Grant[] {
  const volumes = known.some(({ storage }) => storage.keptVolume) ? ["CreateVolume"] : [];
  return [
    {
      sid: "FromOurTemplates",
      actions: ["ec2:CreateFleet", "ec2:RunInstances"],
      resources: [arnOf("ec2", "launch-template/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "IntoOurGroups",
      actions: ["ec2:RunInstances"],
      resources: [arnOf("ec2", "security-group/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "BornOurs",
      actions: ["ec2:RunInstances"],
      resources: ["instance/*", "volume/*", "network-interface/*"].map((kind) => arnOf("ec2", kind)),
      conditions: { StringEquals: bornOurs(stage) },
      star: idAtRunTime,
    },
    // Disk and interface are tagged by the launch template; a fleet request itself tags the machine only.
    {
      sid: "RequestedOurs",
      actions: ["ec2:CreateFleet"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: { StringEquals: bornOurs(stage) },
      star: idAtRunTime,
    },
    // A fleet is no more than its request: what it makes is judged above, as RunInstances.
    {
      sid: "RequestedFrom",
      actions: ["ec2:CreateFleet"],
      resources: [
        arnOf("ec2", "fleet/*"),
        arnOf("ec2", "volume/*"),
        arnOf("ec2", "subnet/*"),
        publicArn("ec2", "image/*"),
      ],
      star: notOurs,
    },
    // A Spot request is authorised for itself, and comes without tags: a template that tagged it could not run on demand.
    {
      sid: "RunFrom",
      actions: ["ec2:RunInstances"],
      resources: [
        arnOf("ec2", "subnet/*"),
        arnOf("ec2", "spot-instances-request/*"),
        publicArn("ec2", "image/*"),
      ],
      star: notOurs,
    },
    ...(sshKeyName === null
      ? []
      : [
          {
            sid: "WithKeyPair",
            actions: ["ec2:CreateFleet", "ec2:RunInstances"],
            resources: [arnOf("ec2", `key-pair/${sshKeyName}`)],
          },
        ]),
    {
      sid: "TagAtBirth",
      actions: ["ec2:CreateTags"],
      resources: ["instance/*", "volume/*", "network-interface/*"].map((kind) => arnOf("ec2", kind)),
      conditions: {
        StringEquals: { "ec2:CreateAction": ["CreateFleet", "RunInstances", ...volumes], ...bornOurs(stage) },
      },
      star: idAtRunTime,
    },
    {
      sid: "TagParts",
      actions: ["ec2:CreateTags"],
      resources: ["volume/*", "network-interface/*"].map((kind) => arnOf("ec2", kind)),
      conditions: {
        StringEquals: { ...isOurs(stage), ...bornOurs(stage) },
        // A volume that outlives its machines must never bear a session's name: its end would take it away.
        Null: { [`aws:ResourceTag/${tagKeys.volume}`]: "true" },
        "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.stage, tagKeys.session] },
      },
      star: idAtRunTime,
    },
    {
      sid: "TerminateOurs",
      actions: ["ec2:TerminateInstances"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: { StringEquals: isOurs(stage) },
      star: idAtRunTime,
    },
    {
      sid: "HandOverMachineRoles",
      actions: ["iam:PassRole"],
      resources: known.map(({ name }) => roleArn(names.machineRole(name))),
      conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    },
    {
      sid: "FindNewestImage",
      actions: ["ssm:GetParameter", "ssm:GetParameters"],
      resources: [...new Set(known.flatMap(imageParameters))].map((name) =>
        publicArn("ssm", `parameter${name}`),
      ),
    },
  ];
}
