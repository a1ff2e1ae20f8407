import { arn, casesOf, machine, note, ours, workflow } from "./iam-cases.ts";

const other = arn("ec2", "instance/i-0bbbbbbbbbbbbbbbb");
const asMachine = { "ec2:SourceInstanceARN": machine };
const tagsItself = { ...asMachine, "ec2:InstanceID": "i-0aaaaaaaaaaaaaaaa" };
const tagsOther = { ...asMachine, "ec2:InstanceID": "i-0bbbbbbbbbbbbbbbb" };

casesOf("moonbase-admin-machine", [
  [
    "may",
    "tag itself with its phase",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:phase"] },
  ],
  ["may not", "tag another", "ec2:CreateTags", other, { ...tagsOther, "aws:TagKeys": ["moonbase:phase"] }],
  [
    "may not",
    "give itself a stage",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:stage"] },
  ],
  [
    "may not",
    "hide a key beside its phase",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:phase", "Name"] },
  ],
  [
    "may",
    "read its own note",
    "ssm:GetParameter",
    note,
    { ...asMachine, "aws:ResourceTag/moonbase:machine": machine },
  ],
  [
    "may not",
    "read another's note",
    "ssm:GetParameter",
    note,
    { ...asMachine, "aws:ResourceTag/moonbase:machine": other },
  ],
  ["may not", "read a note without a seal", "ssm:GetParameter", note, asMachine],
  [
    "may not",
    "read another stage's note",
    "ssm:GetParameter",
    arn("ssm", "parameter/b/machines/i-0aaaaaaaaaaaaaaaa"),
    { ...asMachine, "aws:ResourceTag/moonbase:machine": machine },
  ],
  ["may", "answer a launch", "states:SendTaskSuccess", workflow("moonbase-launch")],
  ["may", "call a launch off", "states:SendTaskFailure", workflow("moonbase-launch")],
  ["may not", "answer a teardown", "states:SendTaskSuccess", workflow("moonbase-teardown")],
  ["may not", "terminate itself through EC2", "ec2:TerminateInstances", machine, ours],
  ["may not", "read the table", "dynamodb:GetItem", arn("dynamodb", "table/moonbase-sessions")],
]);
