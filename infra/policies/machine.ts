import { Aws } from "aws-cdk-lib";
import type { Blueprint } from "../../blueprints/index.ts";
import { machineAsksForEnd, machineEventSource, machineOnTailnet } from "../../functions/session/asks.ts";
import type { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, workflowArn } from "../constructs/arns.ts";
import type { ScriptBundle } from "../constructs/script-bundle.ts";
import { type Grant, idAtRunTime, namedAtRunTime, noNarrower } from "./grant.ts";
import { devboxGrants } from "./machine-devbox.ts";
import { retentionGrants } from "./machine-retention.ts";

/** What one kind of machine may do besides. */
const ownGrants: Record<string, (names: ReturnType<typeof namesOf>) => Grant[]> = {
  devbox: devboxGrants,
  retention: retentionGrants,
};

/** A variable of the policy language, filled in by IAM at each request. */
function variable(key: string): string {
  return `$\{${key}}`;
}

/** EC2 puts the caller's own ARN into every request made with an instance's credentials. */
const itself = variable("ec2:SourceInstanceARN");

/**
 * What a machine may do: fetch the scripts, read its own parameter, tag itself, answer the launch, ask for its own end, be
 * reached by Session Manager. The two permissions that are tied to "itself" are each written twice, because nothing short of
 * AWS can test the keys and a key that AWS leaves out denies in silence: either spelling is enough, neither reaches
 * beyond the machine that calls.
 */
export function machineGrants(
  names: ReturnType<typeof namesOf>,
  bundle: ScriptBundle,
  blueprint: Blueprint,
): Grant[] {
  const parameter = {
    actions: ["ssm:GetParameter"],
    resources: [arnOf("ssm", `parameter${names.machineParameter("*")}`)],
    star: namedAtRunTime,
  };
  const tagging = {
    actions: ["ec2:CreateTags"],
    resources: [arnOf("ec2", "instance/*")],
    star: idAtRunTime,
  };
  const onlyItsOwnWords = {
    "ForAllValues:StringEquals": {
      "aws:TagKeys": [tagKeys.phase, tagKeys.asks, tagKeys.logins, tagKeys.saved, tagKeys.tailscale],
    },
  };
  return [
    {
      sid: "FetchScripts",
      actions: ["s3:GetObject"],
      resources: [`arn:${Aws.PARTITION}:s3:::${bundle.bucket}/${bundle.key}`],
    },
    // The Service Authorization Reference lists this key for GetParameter.
    {
      sid: "ReadOwnParameter",
      ...parameter,
      conditions: { StringEquals: { [`aws:ResourceTag/${tagKeys.machine}`]: itself } },
    },
    // The Parameter Store guide writes its examples with this one.
    {
      sid: "ReadOwnParameterBySystemsManagerKey",
      ...parameter,
      conditions: { StringEquals: { [`ssm:resourceTag/${tagKeys.machine}`]: itself } },
    },
    // Documented keys, in an order that is not in the guides. IAM refuses a variable for a whole ARN in Resource.
    {
      sid: "TagItself",
      ...tagging,
      conditions: {
        ArnEquals: { "ec2:SourceInstanceARN": arnOf("ec2", `instance/${variable("ec2:InstanceID")}`) },
        ...onlyItsOwnWords,
      },
    },
    // In wide use and in EC2's decoded refusals, but in no list of condition keys: aws:ARN is the resource's ARN.
    {
      sid: "TagItselfByArn",
      ...tagging,
      conditions: { StringEquals: { "aws:ARN": itself }, ...onlyItsOwnWords },
    },
    // The reference names no resource type; AWS checks them against the state machine, as its refusals say.
    {
      sid: "AnswerLaunch",
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
      resources: [workflowArn(names.workflow("launch"))],
    },
    ...(blueprint.save.by === "machine" ? savingGrants(names, blueprint.name) : []),
    ...(ownGrants[blueprint.name]?.(names) ?? []),
    // The event says nothing that react believes: it looks at the machine's own tag. Both keys are lists in the reference.
    {
      sid: "AskForItsEnd",
      actions: ["events:PutEvents"],
      resources: [arnOf("events", "event-bus/default")],
      conditions: {
        "ForAllValues:StringEquals": {
          "events:source": [machineEventSource],
          "events:detail-type": [machineAsksForEnd, machineOnTailnet],
        },
      },
    },
    // The agent reports itself under the instance's ARN.
    {
      sid: "SessionManagerPresence",
      actions: ["ssm:UpdateInstanceInformation"],
      resources: [arnOf("ec2", "instance/*")],
      star: "ids are made by EC2 at run time, and SSM knows no key that would tie the report to the caller",
    },
    {
      sid: "SessionManager",
      actions: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      resources: ["*"],
      star: noNarrower,
    },
  ];
}

/** To put away what it holds and to say so. This lets it neither read nor delete, and an overwritten object is kept. */
function savingGrants(names: ReturnType<typeof namesOf>, blueprint: string): Grant[] {
  const bucket = names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION);
  return [
    {
      sid: "Save",
      actions: ["s3:PutObject"],
      resources: [`arn:${Aws.PARTITION}:s3:::${bucket}/${blueprint}/*`],
      star: namedAtRunTime,
    },
    {
      sid: "AnswerWhoeverHasItSave",
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
      resources: ["teardown", "backup"].map((name) => workflowArn(names.workflow(name))),
    },
  ];
}
