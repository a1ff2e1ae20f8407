import { Aws } from "aws-cdk-lib";
import { type Grant, namedAtRunTime } from "./grant.ts";

/** What restic needs to read a repository: `folder` of a bucket, and nothing beside it. */
export function readRepository(bucketName: string, folder: string): Grant[] {
  const bucket = `arn:${Aws.PARTITION}:s3:::${bucketName}`;
  return [
    {
      sid: "ReadRepository",
      actions: ["s3:GetObject"],
      resources: [`${bucket}/${folder}/*`],
      star: namedAtRunTime,
    },
    {
      sid: "ListRepository",
      actions: ["s3:ListBucket"],
      resources: [bucket],
      conditions: { StringLike: { "s3:prefix": `${folder}/*` } },
    },
    // restic asks whether bucket and repository are there by HEAD, which knows no prefix. Without this S3 answers 403 for
    // what is not there, and restic could not tell a new repository from a forbidden one. It shows names, no contents.
    {
      sid: "SeeWhatIsNotThere",
      actions: ["s3:ListBucket"],
      resources: [bucket],
      conditions: { Null: { "s3:prefix": "true" } },
    },
    { sid: "LocateBucket", actions: ["s3:GetBucketLocation"], resources: [bucket] },
  ];
}
