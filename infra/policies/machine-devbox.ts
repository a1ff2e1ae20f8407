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
    // By the AWS-managed key, whose own policy lets everyone of the account decrypt through SSM.
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
