import { Aws } from "aws-cdk-lib";
import { devbox } from "../../blueprints/devbox.ts";
import { devserverKeys } from "../../functions/session/devserver.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime, noNarrower } from "./grant.ts";
import { readRepository } from "./repository.ts";
import { type Names, writeLog } from "./shared.ts";

/**
 * A home is a restic repository that only grows: a box reads and adds, and deletes nothing but locks, so that whoever
 * takes a box over cannot take its history away. What it overwrites stays as an older version, which it cannot delete.
 */
export function devboxGrants(names: Names): Grant[] {
  const bucket = names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION);
  return [
    ...readRepository(bucket, devbox.name),
    {
      sid: "TakeLocksAway",
      actions: ["s3:DeleteObject"],
      resources: [`arn:${Aws.PARTITION}:s3:::${bucket}/${devbox.name}/locks/*`],
      star: namedAtRunTime,
    },
    // The AWS-managed key lets everyone of the account decrypt through SSM; for the operator's own see own-key.ts.
    {
      sid: "ReadSettings",
      actions: ["ssm:GetParameter", "ssm:GetParameters"],
      resources: devserverKeys.map((key) => arnOf("ssm", `parameter${names.devserverParameter(key)}`)),
    },
    writeLog(names.machineLog(devbox.name)),
    // Tailscale lets it in by this token, instead of by a key that could be stolen.
    { sid: "ProveWhoItIs", actions: ["sts:GetWebIdentityToken"], resources: ["*"], star: noNarrower },
  ];
}

/** To read the operator's playbook, and nothing beside it; where it is in git, nobody asks AWS. */
export function ansibleGrants(content: string | null): Grant[] {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+)$/.exec(content ?? "") ?? [];
  if (bucket === undefined || prefix === undefined) return [];
  const arn = `arn:${Aws.PARTITION}:s3:::${bucket}`;
  return [
    {
      sid: "ReadPlaybook",
      actions: ["s3:GetObject"],
      resources: [`${arn}/${prefix}*`],
      star: namedAtRunTime,
    },
    {
      sid: "ListPlaybook",
      actions: ["s3:ListBucket"],
      resources: [arn],
      conditions: { StringEquals: { "s3:prefix": prefix } },
    },
  ];
}
