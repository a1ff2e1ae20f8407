import { arn, bornOurs, casesOf, ours, theirs, workflow } from "./iam-cases.ts";

const volume = arn("ec2", "volume/vol-0aaaaaaaaaaaaaaaa");
const snapshot = "arn:aws:ec2:eu-west-1::snapshot/snap-0aaaaaaaaaaaaaaaa";
const kept = { "aws:ResourceTag/moonbase:volume": "backup-target" };

casesOf("moonbase-backup-window", [
  ["may", "snapshot the backup volume", "ec2:CreateSnapshot", volume, { ...ours, ...kept }],
  ["may not", "snapshot another disk of ours", "ec2:CreateSnapshot", volume, ours],
  ["may not", "snapshot another stage's", "ec2:CreateSnapshot", volume, { ...theirs, ...kept }],
  ["may", "make a snapshot of ours", "ec2:CreateSnapshot", snapshot, bornOurs],
  ["may not", "make one that nobody would find", "ec2:CreateSnapshot", snapshot],
  [
    "may",
    "tag it at birth",
    "ec2:CreateTags",
    snapshot,
    { ...bornOurs, "ec2:CreateAction": "CreateSnapshot" },
  ],
  ["may not", "make an old snapshot ours", "ec2:CreateTags", snapshot, bornOurs],
  ["may", "delete an old snapshot", "ec2:DeleteSnapshot", snapshot, { ...ours, ...kept }],
  ["may not", "delete a stranger's", "ec2:DeleteSnapshot", snapshot, theirs],
  ["may not", "delete one of ours that is of something else", "ec2:DeleteSnapshot", snapshot, ours],
  ["may", "grow the backup volume", "ec2:ModifyVolume", volume, { ...ours, ...kept }],
  ["may not", "change a stranger's", "ec2:ModifyVolume", volume, { ...theirs, ...kept }],
  ["may not", "delete the backup volume", "ec2:DeleteVolume", volume, { ...ours, ...kept }],
  ["may not", "write a record", "dynamodb:UpdateItem", arn("dynamodb", "table/moonbase-sessions")],
]);

casesOf("moonbase-backup-window-workflow", [
  ["may", "open a session", "states:StartExecution", workflow("moonbase-launch")],
  ["may not", "end one", "states:StartExecution", workflow("moonbase-teardown")],
]);

casesOf("moonbase-react", [
  ["may", "start a window that is due", "states:StartExecution", workflow("moonbase-backup-window")],
  ["may not", "change who may send", "states:StartExecution", workflow("moonbase-device")],
]);

const device = arn("ssm", "parameter/moonbase/backup-target/devices/laptop");
const seen = arn("ssm", "parameter/moonbase/backup-target/seen/laptop");
const registry = arn("ssm", "parameter/moonbase/backup-target/devices");

casesOf("moonbase-device", [
  ["may", "read the registry", "ssm:GetParametersByPath", registry],
  ["may not", "read all parameters", "ssm:GetParametersByPath", arn("ssm", "parameter/moonbase")],
  ["may", "write a device", "ssm:PutParameter", device],
  ["may not", "say what was seen", "ssm:PutParameter", seen],
  ["may not", "delete a device", "ssm:DeleteParameter", device],
]);

casesOf("moonbase-backup-target-machine", [
  ["may", "read the registry", "ssm:GetParametersByPath", registry],
  ["may not", "let anybody in", "ssm:PutParameter", device],
  ["may", "say what it has seen", "ssm:PutParameter", seen],
  [
    "may not",
    "put objects into the bucket",
    "s3:PutObject",
    "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1/x",
  ],
  ["may", "tell of a scrub", "cloudwatch:PutMetricData", "*", { "cloudwatch:namespace": "Moonbase" }],
  [
    "may not",
    "tell of anything else",
    "cloudwatch:PutMetricData",
    "*",
    { "cloudwatch:namespace": "AWS/EC2" },
  ],
  ["may not", "attach a volume", "ec2:AttachVolume", volume, { ...ours, ...kept }],
  ["may not", "snapshot one", "ec2:CreateSnapshot", volume, { ...ours, ...kept }],
]);
