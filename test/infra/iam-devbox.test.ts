import { expect, test } from "vitest";
import { arn, bucketChanges, type Case, casesOf, takings } from "./iam-cases.ts";
import { roleNamed, statementsOf } from "./policies.ts";
import { withEverything } from "./synthesize.ts";

const role = "moonbase-devbox-machine";
const bucket = "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1";
const object = (key: string) => `${bucket}/${key}`;
const parameter = (key: string) => arn("ssm", `parameter/devserver/${key}`);
const listing = (prefix: string) => ({ "s3:prefix": prefix });

/** Everything that a restic repository is made of, but its locks. */
const history = ["config", "keys/0a", "data/0a/0a1b", "index/0a", "snapshots/0a1b"];
/** All that could take something of the history away, or have it taken away. */
const deletions = ["s3:DeleteObject", ...takings];

casesOf(role, [
  ...history.flatMap((key): Case[] => [
    ["may", `read ${key}`, "s3:GetObject", object(`devbox/${key}`)],
    ["may", `write ${key}`, "s3:PutObject", object(`devbox/${key}`)],
    ...deletions.map((action): Case => ["may not", `${action} ${key}`, action, object(`devbox/${key}`)]),
  ]),
  ...bucketChanges.map((action): Case => ["may not", action, action, bucket]),
  ["may", "take a lock away", "s3:DeleteObject", object("devbox/locks/0a")],
  ["may not", "take a version of a lock away", "s3:DeleteObjectVersion", object("devbox/locks/0a")],
  ["may not", "take away what only looks like a lock", "s3:DeleteObject", object("devbox/lockss/0a")],
  ["may not", "take another blueprint's locks away", "s3:DeleteObject", object("lab/locks/0a")],
  ["may not", "take a lock away in the bucket's root", "s3:DeleteObject", object("locks/0a")],
  ["may not", "read an older version", "s3:GetObjectVersion", object("devbox/config")],
  ["may not", "read what others save", "s3:GetObject", object("lab/snapshots/0a")],
  ["may not", "save as another", "s3:PutObject", object("lab/snapshots/0a")],
  ["may not", "save as a sibling with the same beginning", "s3:PutObject", object("devbox-two/config")],
  ["may", "list its snapshots", "s3:ListBucket", bucket, listing("devbox/snapshots/")],
  ["may not", "list what others save", "s3:ListBucket", bucket, listing("lab/")],
  ["may not", "list a sibling with the same beginning", "s3:ListBucket", bucket, listing("devbox-two/")],
  ["may not", "list versions", "s3:ListBucketVersions", bucket, listing("devbox/")],
  ["may", "be told that an object is not there", "s3:ListBucket", bucket],
  ["may", "ask where the bucket is", "s3:GetBucketLocation", bucket],
]);

casesOf(role, [
  ...[
    "restic/repo",
    "restic/password",
    "restic/config_snapshot_id",
    "tailscale/client_id",
    "tailscale/audience",
    "tailscale/ssh",
    "ssh_authorized_keys",
  ].flatMap((key): Case[] => [
    ["may", `read ${key}`, "ssm:GetParameter", parameter(key)],
    ["may not", `write ${key}`, "ssm:PutParameter", parameter(key)],
    ["may not", `take ${key} away`, "ssm:DeleteParameter", parameter(key)],
  ]),
  ["may not", "read another setting", "ssm:GetParameter", parameter("restic/other")],
  [
    "may not",
    "read another stage's",
    "ssm:GetParameter",
    arn("ssm", "parameter/blue/devserver/restic/password"),
  ],
  [
    "may",
    "write its log",
    "logs:PutLogEvents",
    arn("logs", "log-group:/moonbase/moonbase/devbox:log-stream:i-0a/backup"),
  ],
  [
    "may not",
    "write a function's log",
    "logs:PutLogEvents",
    arn("logs", "log-group:/aws/lambda/moonbase-launch:log-stream:a"),
  ],
  ["may not", "take its log away", "logs:DeleteLogGroup", arn("logs", "log-group:/moonbase/moonbase/devbox")],
  ["may", "prove who it is", "sts:GetWebIdentityToken", "*"],
  ["may not", "become somebody else", "sts:AssumeRole", "arn:aws:iam::111122223333:role/moonbase-launch"],
]);

casesOf("moonbase-admin-machine", [
  ["may not", "read the password of the homes", "ssm:GetParameter", parameter("restic/password")],
  ["may not", "read a home", "s3:GetObject", object("devbox/config")],
  ["may not", "prove itself to others", "sts:GetWebIdentityToken", "*"],
]);

casesOf("moonbase-password", [
  ["may", "make the password", "ssm:PutParameter", parameter("restic/password")],
  ["may not", "read it", "ssm:GetParameter", parameter("restic/password")],
  ["may not", "take it away", "ssm:DeleteParameter", parameter("restic/password")],
  ["may not", "write the operator's settings", "ssm:PutParameter", parameter("ssh_authorized_keys")],
]);

test("nothing in its policy deletes but the one statement about locks", () => {
  const deleting = statementsOf(roleNamed(role)).filter(({ Action }) =>
    Action.some((action) => /delete|lifecycle|versioning|acl|policy|bypass|retention|\*/i.test(action)),
  );
  expect(deleting).toEqual([
    expect.objectContaining({ Action: ["s3:DeleteObject"], Resource: [object("devbox/locks/*")] }),
  ]);
});

const playbooks = "arn:aws:s3:::my-playbooks";

casesOf(role, [
  ["may not", "read a playbook that is not configured", "s3:GetObject", `${playbooks}/boxes/a`],
]);
casesOf(
  role,
  [
    ["may", "read its playbook", "s3:GetObject", `${playbooks}/boxes/local.yml`],
    ["may", "see what belongs to it", "s3:ListBucket", playbooks, listing("boxes/")],
    ["may not", "read what lies beside it", "s3:GetObject", `${playbooks}/other/local.yml`],
    ["may not", "read a sibling with the same beginning", "s3:GetObject", `${playbooks}/boxes-two/local.yml`],
    ["may not", "see what lies beside it", "s3:ListBucket", playbooks, listing("other/")],
    ["may not", "see all that there is", "s3:ListBucket", playbooks],
    ["may not", "change it", "s3:PutObject", `${playbooks}/boxes/local.yml`],
    ["may not", "take it away", "s3:DeleteObject", `${playbooks}/boxes/local.yml`],
  ],
  withEverything(),
);
casesOf(
  "moonbase-admin-machine",
  [["may not", "read the playbook of devboxes", "s3:GetObject", `${playbooks}/boxes/local.yml`]],
  withEverything(),
);
