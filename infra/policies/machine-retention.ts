import { Aws } from "aws-cdk-lib";
import { devbox } from "../../blueprints/devbox.ts";
import { retention } from "../../blueprints/retention.ts";
import { passwordKey, pinnedKey, repositoryKey } from "../../functions/session/devserver.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime } from "./grant.ts";
import { readRepository } from "./repository.ts";
import { type Names, writeLog } from "./shared.ts";

/**
 * Who may take backups away runs nothing of the user's and lets nobody in. It never writes or deletes what the repository is opened
 * with, and no version of anything: what it deletes by mistake can be brought back for as long as the bucket keeps it.
 */
export function retentionGrants(names: Names): Grant[] {
  const bucket = names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION);
  const parts = (...folders: string[]) =>
    folders.map((folder) => `arn:${Aws.PARTITION}:s3:::${bucket}/${devbox.name}/${folder}/*`);
  return [
    ...readRepository(bucket, devbox.name),
    // A snapshot is only ever taken away; what stays in use is packed and listed anew.
    {
      sid: "RepackRepository",
      actions: ["s3:PutObject"],
      resources: parts("data", "index", "locks"),
      star: namedAtRunTime,
    },
    {
      sid: "ForgetBackups",
      actions: ["s3:DeleteObject"],
      resources: parts("data", "index", "snapshots", "locks"),
      star: namedAtRunTime,
    },
    {
      sid: "ReadSettings",
      actions: ["ssm:GetParameter", "ssm:GetParameters"],
      resources: [repositoryKey, passwordKey, pinnedKey].map((key) =>
        arnOf("ssm", `parameter${names.devserverParameter(key)}`),
      ),
    },
    writeLog(names.machineLog(retention.name)),
  ];
}
