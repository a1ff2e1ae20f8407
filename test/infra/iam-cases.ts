import { describe, expect, test } from "vitest";
import { account, region } from "./resolve.ts";
import { allows, type Request } from "./simulate.ts";
import { withBackupTarget } from "./synthesize.ts";

/** What requests are about, and the context that AWS would put into them. */
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;
export const machine = arn("ec2", "instance/i-0aaaaaaaaaaaaaaaa");
export const note = arn("ssm", "parameter/moonbase/machines/i-0aaaaaaaaaaaaaaaa");
export const group = arn("ec2", "security-group/sg-0aaaaaaaaaaaaaaaa");
export const template = arn("ec2", "launch-template/lt-0aaaaaaaaaaaaaaaa");
export const workflow = (name: string) => arn("states", `stateMachine:${name}`);

export const ours = { "aws:ResourceTag/moonbase:stage": "moonbase" };
export const theirs = { "aws:ResourceTag/moonbase:stage": "another" };
export const bornOurs = { "aws:RequestTag/moonbase:stage": "moonbase" };
export const ofSession = { ...ours, "aws:ResourceTag/moonbase:session": "s1" };

/** All that could take a version of something in S3 away, or have it taken away. */
export const takings = [
  "s3:DeleteObjectVersion",
  "s3:DeleteObjectTagging",
  "s3:PutObjectAcl",
  "s3:PutObjectRetention",
  "s3:BypassGovernanceRetention",
];
export const bucketChanges = [
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:PutBucketVersioning",
  "s3:PutLifecycleConfiguration",
];

/** One line of a table: the answer, what is tried in words, and the request. */
export type Case = [
  answer: "may" | "may not",
  what: string,
  action: string,
  resource: string,
  context?: Request["context"],
];

export function casesOf(role: string, rows: Case[], synthesis = withBackupTarget()): void {
  describe(role, () => {
    test.each(rows)("%s %s", async (answer, _, action, resource, context = {}) => {
      expect(await allows(role, { action, resource, context }, synthesis)).toBe(answer === "may");
    });
  });
}
