import { Aws } from "aws-cdk-lib";
import { arnOf } from "../constructs/arns.ts";
import type { Grant } from "./grant.ts";
import { isOurs } from "./shared.ts";

/** The key as a policy can say it: by its ARN in its own stack, by our tag everywhere else. */
type KeyInPolicy = Pick<Grant, "resources" | "star"> & { tag: Record<string, string> };

export const keyOfStage = (stage: string): KeyInPolicy => ({
  resources: [arnOf("kms", "key/*")],
  tag: isOurs(stage),
  star: "a key's id is made by KMS; the condition on our own tag is what narrows it",
});

/** A tag may take minutes to be seen, and in its own stack the key is used seconds after it was made. */
export const keyByArn = (arn: string): KeyInPolicy => ({ resources: [arn], tag: {} });

/** Nobody uses the key by himself: a service does in the caller's name. */
export const throughService = (service: "ssm" | "sns") => ({
  "kms:ViaService": `${service}.${Aws.REGION}.amazonaws.com`,
});

/**
 * The same grants where secrets and notices are under the operator's own key: whoever may write, read or publish something may have
 * the key used for that and for nothing else. What that is, is told by the grants themselves.
 */
export function withOwnKey(grants: Grant[], key: KeyInPolicy): Grant[] {
  const granted = (action: string) => [
    ...new Set(
      grants.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources),
    ),
  ];
  // AWS's public parameters are locked with nothing.
  const parameters = (action: string) =>
    granted(action).filter((arn) => arn.startsWith(arnOf("ssm", "parameter")));
  return [
    ...grants,
    ...ofParameters("SealWithOwnKey", "kms:Encrypt", parameters("ssm:PutParameter"), key),
    ...ofParameters("UnsealWithOwnKey", "kms:Decrypt", parameters("ssm:GetParameter"), key),
    ...(granted("sns:Publish").length === 0 ? [] : [publish(key)]),
  ];
}

/** Parameter Store names the parameter whenever it has one locked or unlocked. */
function ofParameters(sid: string, action: string, parameters: string[], key: KeyInPolicy): Grant[] {
  if (parameters.length === 0) return [];
  const { tag, ...rest } = key;
  const conditions = {
    StringEquals: { ...tag, ...throughService("ssm") },
    StringLike: { "kms:EncryptionContext:PARAMETER_ARN": parameters },
  };
  return [{ sid, actions: [action], ...rest, conditions }];
}

function publish({ tag, ...rest }: KeyInPolicy): Grant {
  return {
    sid: "PublishUnderOwnKey",
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    ...rest,
    conditions: { StringEquals: { ...tag, ...throughService("sns") } },
  };
}
