import { Aws } from "aws-cdk-lib";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime } from "./grant.ts";
import * as shared from "./shared.ts";
import { bornOurs, isOurs, type Names } from "./shared.ts";

/** To have a machine save, and to see for itself that it did; not to read what was saved. */
export function savingGrants(stage: string, names: Names): Grant[] {
  const notes = {
    resources: [arnOf("ssm", `parameter${names.saveParameter("*")}`)],
    star: namedAtRunTime,
  };
  return [
    // No tag condition: SSM takes tags only with a new parameter, and an order for the second attempt overwrites it.
    { sid: "LeaveOrder", actions: ["ssm:PutParameter"], ...notes },
    {
      sid: "SealOrder",
      actions: ["ssm:AddTagsToResource"],
      conditions: { StringEquals: bornOurs(stage) },
      ...notes,
    },
    {
      sid: "TellMachine",
      actions: ["ec2:CreateTags"],
      resources: [arnOf("ec2", "instance/*")],
      conditions: {
        StringEquals: isOurs(stage),
        "ForAllValues:StringEquals": { "aws:TagKeys": [tagKeys.wants, tagKeys.kept] },
      },
      star: idAtRunTime,
    },
    shared.callOff(names, "teardown"),
    // A listing shows names and times, and no contents.
    {
      sid: "SeeSnapshots",
      actions: ["s3:ListBucket"],
      resources: [`arn:${Aws.PARTITION}:s3:::${names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION)}`],
      conditions: { StringLike: { "s3:prefix": "*/snapshots/*" } },
    },
  ];
}
