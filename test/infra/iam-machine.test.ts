import { arn, casesOf, machine, note, ours, workflow } from "./iam-cases.ts";

const other = arn("ec2", "instance/i-0bbbbbbbbbbbbbbbb");
const asMachine = { "ec2:SourceInstanceARN": machine };
const tagsItself = { ...asMachine, "ec2:InstanceID": "i-0aaaaaaaaaaaaaaaa" };
const tagsOther = { ...asMachine, "ec2:InstanceID": "i-0bbbbbbbbbbbbbbbb" };

const defaultBus = arn("events", "event-bus/default");
const itsEvent = {
  "events:source": ["moonbase.machine"],
  "events:detail-type": ["machine asks for its end"],
};

casesOf("moonbase-admin-machine", [
  [
    "may",
    "tag itself with its phase",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:phase"] },
  ],
  [
    "may",
    "tag itself with what it asks for",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:asks"] },
  ],
  [
    "may",
    "tag itself with whether somebody is logged in",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:logins"] },
  ],
  [
    "may",
    "tag itself with its last backup",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:saved"] },
  ],
  [
    "may",
    "tag itself with why its backups fail",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:unsaved"] },
  ],
  [
    "may not",
    "give itself an order",
    "ec2:CreateTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:wants"] },
  ],
  [
    "may not",
    "ask in another's name",
    "ec2:CreateTags",
    other,
    { ...tagsOther, "aws:TagKeys": ["moonbase:asks"] },
  ],
  [
    "may not",
    "take a tag away",
    "ec2:DeleteTags",
    machine,
    { ...tagsItself, "aws:TagKeys": ["moonbase:asks"] },
  ],
  ["may", "put the event that hints at it", "events:PutEvents", defaultBus, itsEvent],
  [
    "may not",
    "speak as the control plane",
    "events:PutEvents",
    defaultBus,
    { ...itsEvent, "events:source": ["moonbase.session"] },
  ],
  [
    "may not",
    "send the undertaker",
    "events:PutEvents",
    defaultBus,
    { "events:source": ["moonbase.schedule"], "events:detail-type": ["expiry"] },
  ],
  [
    "may not",
    "put another event of its own",
    "events:PutEvents",
    defaultBus,
    { ...itsEvent, "events:detail-type": ["ready"] },
  ],
  [
    "may not",
    "hide another event beside it",
    "events:PutEvents",
    defaultBus,
    { ...itsEvent, "events:source": ["moonbase.machine", "moonbase.session"] },
  ],
  ["may not", "put it on another bus", "events:PutEvents", arn("events", "event-bus/mine"), itsEvent],
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
  [
    "may not",
    "save, when its blueprint keeps nothing",
    "s3:PutObject",
    "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1/admin/a",
  ],
  ["may not", "terminate itself through EC2", "ec2:TerminateInstances", machine, ours],
  ["may not", "read the table", "dynamodb:GetItem", arn("dynamodb", "table/moonbase-sessions")],
]);
