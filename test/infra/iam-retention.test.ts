import { expect, test } from "vitest";
import { arn, bucketChanges, type Case, casesOf, takings } from "./iam-cases.ts";
import { roleNamed, statementsOf } from "./policies.ts";

const role = "moonbase-retention-machine";
const bucket = "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1";
const object = (key: string) => `${bucket}/${key}`;
const parameter = (key: string) => arn("ssm", `parameter/devserver/${key}`);
const listing = (prefix: string) => ({ "s3:prefix": prefix });

/** What retention takes away, and what the repository is opened with. */
const removable = ["data/0a/0a1b", "index/0a", "snapshots/0a1b", "locks/0a"];
const untouchable = ["config", "keys/0a"];

casesOf(role, [
  ...[...removable, ...untouchable].flatMap((key): Case[] => [
    ["may", `read ${key}`, "s3:GetObject", object(`devbox/${key}`)],
    ...takings.map((action): Case => ["may not", `${action} ${key}`, action, object(`devbox/${key}`)]),
  ]),
  ...removable.flatMap((key): Case[] => [
    ["may", `delete ${key}`, "s3:DeleteObject", object(`devbox/${key}`)],
    ["may not", `delete another's ${key}`, "s3:DeleteObject", object(`lab/${key}`)],
    ["may not", `delete ${key} in the bucket's root`, "s3:DeleteObject", object(key)],
  ]),
  ...untouchable.flatMap((key): Case[] => [
    ["may not", `delete ${key}`, "s3:DeleteObject", object(`devbox/${key}`)],
    ["may not", `write ${key}`, "s3:PutObject", object(`devbox/${key}`)],
  ]),
  ...["data/0a/0a1b", "index/0a", "locks/0a"].map(
    (key): Case => ["may", `write ${key}`, "s3:PutObject", object(`devbox/${key}`)],
  ),
  ["may not", "write a snapshot", "s3:PutObject", object("devbox/snapshots/0a1b")],
  ["may not", "write what only looks like data", "s3:PutObject", object("devbox/database/0a")],
  ["may not", "delete what only looks like data", "s3:DeleteObject", object("devbox/database/0a")],
  ...bucketChanges.map((action): Case => ["may not", action, action, bucket]),
  ["may", "list the snapshots", "s3:ListBucket", bucket, listing("devbox/snapshots/")],
  ["may not", "list what others save", "s3:ListBucket", bucket, listing("lab/")],
  ["may not", "list versions", "s3:ListBucketVersions", bucket, listing("devbox/")],
]);

casesOf(role, [
  ...["restic/repo", "restic/password", "restic/config_snapshot_id"].flatMap((key): Case[] => [
    ["may", `read ${key}`, "ssm:GetParameter", parameter(key)],
    ["may", `read ${key} with others`, "ssm:GetParameters", parameter(key)],
    ["may not", `write ${key}`, "ssm:PutParameter", parameter(key)],
    ["may not", `take ${key} away`, "ssm:DeleteParameter", parameter(key)],
  ]),
  ["may not", "read whom boxes let in", "ssm:GetParameter", parameter("ssh_authorized_keys")],
  ["may not", "read that with others", "ssm:GetParameters", parameter("ssh_authorized_keys")],
  ["may not", "read Tailscale's settings", "ssm:GetParameter", parameter("tailscale/client_id")],
  [
    "may",
    "write its log",
    "logs:PutLogEvents",
    arn("logs", "log-group:/moonbase/moonbase/retention:log-stream:retention/i-0a"),
  ],
  [
    "may not",
    "write the log of boxes",
    "logs:PutLogEvents",
    arn("logs", "log-group:/moonbase/moonbase/devbox:log-stream:a"),
  ],
  ["may not", "start a launch", "states:StartExecution", arn("states", "stateMachine:moonbase-launch")],
  ["may not", "prove itself to others", "sts:GetWebIdentityToken", "*"],
]);

test("one statement of its policy deletes, and it names four folders", () => {
  const deleting = statementsOf(roleNamed(role)).filter(({ Action }) =>
    Action.some((action) => /delete|lifecycle|versioning|acl|policy|bypass|retention|\*/i.test(action)),
  );
  expect(deleting).toEqual([
    expect.objectContaining({
      Action: ["s3:DeleteObject"],
      Resource: ["data", "index", "snapshots", "locks"].map((folder) => object(`devbox/${folder}/*`)),
    }),
  ]);
});
