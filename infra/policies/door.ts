import type { Blueprint } from "../../blueprints/index.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, idAtRunTime } from "./grant.ts";
import { bornOurs, isOurs } from "./shared.ts";

/** A session's own group; the base group of a blueprint has no session tag, so no port can be opened in it. */
const ofSession = (stage: string) => ({
  StringEquals: isOurs(stage),
  Null: { [`aws:ResourceTag/${tagKeys.session}`]: "false" },
});

/** To let one address reach a session's machine. */
export function doorGrants(stage: string): Grant[] {
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

/** To let nothing out but the web, where a kind of machine wants that. It is judged by the group; the rule is made without a tag. */
export const egressGrants = (stage: string, known: readonly Blueprint[]): Grant[] =>
  known.some(({ egress }) => egress === "web")
    ? [
        {
          sid: "NarrowEgress",
          actions: ["ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress"],
          resources: [arnOf("ec2", "security-group/*")],
          conditions: { StringEquals: isOurs(stage) },
          star: idAtRunTime,
        },
      ]
    : [];

/** To let nobody in any more. The action is judged by the group alone when rules are named by what they allow. */
export function shutDoorGrants(stage: string): Grant[] {
  return [
    {
      sid: "ShutDoor",
      actions: ["ec2:RevokeSecurityGroupIngress"],
      resources: [arnOf("ec2", "security-group/*")],
      conditions: ofSession(stage),
      star: idAtRunTime,
    },
  ];
}
