import { Aws } from "aws-cdk-lib";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, idAtRunTime, namedAtRunTime } from "./grant.ts";
import * as shared from "./shared.ts";
import { bornOurs, isOurs, type Names } from "./shared.ts";

/** Who has machines save, where it leaves its notes, and which tags it sets on them. */
const askers = {
  teardown: {
    noteOf: (names: Names) => names.saveParameter("*"),
    tags: [tagKeys.wants, tagKeys.kept],
  },
  backup: { noteOf: (names: Names) => names.backupParameter("*"), tags: [tagKeys.wants] },
};

/** To have a machine save, and to see for itself that it did; not to read what was saved. */
export function savingGrants(stage: string, names: Names, asker: keyof typeof askers): Grant[] {
  const { noteOf, tags } = askers[asker];
  const notes = { resources: [arnOf("ssm", `parameter${noteOf(names)}`)], star: namedAtRunTime };
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
        "ForAllValues:StringEquals": { "aws:TagKeys": tags },
      },
      star: idAtRunTime,
    },
    shared.callOff(names, asker),
    // A listing shows names and times, and no contents.
    {
      sid: "SeeSnapshots",
      actions: ["s3:ListBucket"],
      resources: [`arn:${Aws.PARTITION}:s3:::${names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION)}`],
      conditions: { StringLike: { "s3:prefix": "*/snapshots/*" } },
    },
  ];
}
