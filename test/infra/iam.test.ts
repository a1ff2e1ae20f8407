import {
  arn,
  bornOurs,
  casesOf,
  group,
  machine,
  note,
  ofSession,
  ours,
  template,
  theirs,
  workflow,
} from "./iam-cases.ts";

const order = `${note}/save`;
const backups = "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1";
const address = arn("ec2", "elastic-ip/eipalloc-0a");
const networkInterface = arn("ec2", "network-interface/eni-0a");
const volume = arn("ec2", "volume/vol-0aaaaaaaaaaaaaaaa");

casesOf("moonbase-teardown", [
  ["may", "terminate a machine of ours", "ec2:TerminateInstances", machine, ours],
  ["may not", "terminate an untagged machine", "ec2:TerminateInstances", machine],
  ["may", "take a session's group away", "ec2:DeleteSecurityGroup", group, ofSession],
  ["may not", "take the group of a blueprint away", "ec2:DeleteSecurityGroup", group, ours],
  ["may", "take a session's interface away", "ec2:DeleteNetworkInterface", networkInterface, ofSession],
  ["may not", "take the lab's interface away", "ec2:DeleteNetworkInterface", networkInterface, ours],
  ["may not", "take a stranger's interface away", "ec2:DeleteNetworkInterface", networkInterface, theirs],
  ["may", "release a session's address", "ec2:ReleaseAddress", address, ofSession],
  ["may not", "release the lab's address", "ec2:ReleaseAddress", address, ours],
  ["may not", "release a stranger's address", "ec2:ReleaseAddress", address, { ...ofSession, ...theirs }],
  ["may", "delete a session's volume", "ec2:DeleteVolume", volume, ofSession],
  ["may not", "delete the backup volume", "ec2:DeleteVolume", volume, ours],
  ["may not", "delete a stranger's volume", "ec2:DeleteVolume", volume, { ...ofSession, ...theirs }],
  ["may", "close a door in a group of ours", "ec2:RevokeSecurityGroupIngress", group, ours],
  ["may not", "close one in a stranger's group", "ec2:RevokeSecurityGroupIngress", group, theirs],
  ["may", "stop watching", "cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:moonbase/s1/idle")],
  [
    "may not",
    "silence the dead letters",
    "cloudwatch:DeleteAlarms",
    arn("cloudwatch", "alarm:moonbase-dead-letters"),
  ],
  ["may", "stop a launch", "states:StopExecution", arn("states", "execution:moonbase-launch:s1")],
  [
    "may",
    "stop the teardown that it overtakes",
    "states:StopExecution",
    arn("states", "execution:moonbase-teardown:s1-1"),
  ],
  ["may not", "stop an extension", "states:StopExecution", arn("states", "execution:moonbase-extend:s1-1")],
  [
    "may",
    "tell a machine of ours what it wants of it",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:wants"] },
  ],
  [
    "may",
    "say on a machine why it is kept",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:kept"] },
  ],
  [
    "may not",
    "tell a stranger's machine anything",
    "ec2:CreateTags",
    machine,
    { ...theirs, "aws:TagKeys": ["moonbase:wants"] },
  ],
  [
    "may not",
    "give a machine to another session",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:wants", "moonbase:session"] },
  ],
  ["may", "leave a machine an order", "ssm:PutParameter", order],
  ["may", "seal it", "ssm:AddTagsToResource", order, bornOurs],
  ["may not", "write an invitation", "ssm:PutParameter", note],
  ["may not", "read an order", "ssm:GetParameter", order, ours],
  ["may", "fail a save in a machine's name", "states:SendTaskFailure", workflow("moonbase-teardown")],
  ["may not", "call a save done", "states:SendTaskSuccess", workflow("moonbase-teardown")],
  [
    "may",
    "look whether a snapshot is there",
    "s3:ListBucket",
    backups,
    { "s3:prefix": "devbox/snapshots/abc" },
  ],
  ["may not", "list the rest of the backups", "s3:ListBucket", backups, { "s3:prefix": "devbox/data/" }],
  ["may not", "list all of them", "s3:ListBucket", backups],
  ["may not", "read a backup", "s3:GetObject", `${backups}/devbox/snapshots/abc`],
  ["may not", "delete a backup", "s3:DeleteObject", `${backups}/devbox/snapshots/abc`],
  ["may not", "launch anything", "ec2:CreateFleet", template, ours],
  ["may not", "open a door", "ec2:AuthorizeSecurityGroupIngress", group, ofSession],
]);

casesOf("moonbase-react", [
  ["may", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
  [
    "may",
    "order a machine of ours to save",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:wants", "moonbase:tells"] },
  ],
  [
    "may not",
    "order another's machine",
    "ec2:CreateTags",
    machine,
    { ...theirs, "aws:TagKeys": ["moonbase:wants"] },
  ],
  [
    "may not",
    "make a machine another session's",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:wants", "moonbase:session"] },
  ],
  ["may", "tell the operator", "sns:Publish", arn("sns", "moonbase-notices")],
  ["may not", "publish elsewhere", "sns:Publish", arn("sns", "moonbase-other")],
  [
    "may",
    "put a deadline off",
    "scheduler:UpdateSchedule",
    arn("scheduler", "schedule/moonbase-sessions/s1-expiry"),
  ],
  [
    "may not",
    "touch other schedules",
    "scheduler:UpdateSchedule",
    arn("scheduler", "schedule/default/s1-expiry"),
  ],
  ["may", "launch what removes old backups", "states:StartExecution", workflow("moonbase-launch")],
  ["may not", "start a backup", "states:StartExecution", workflow("moonbase-backup")],
  [
    "may not",
    "change when old backups are removed",
    "scheduler:UpdateSchedule",
    arn("scheduler", "schedule/moonbase-sessions/moonbase-retention"),
  ],
  ["may", "call a launch off", "states:SendTaskFailure", workflow("moonbase-launch")],
  ["may", "call a save off", "states:SendTaskFailure", workflow("moonbase-teardown")],
  ["may not", "terminate a machine", "ec2:TerminateInstances", machine, ours],
]);

casesOf("moonbase-scheduler", [
  ["may", "call react", "lambda:InvokeFunction", arn("lambda", "function:moonbase-react")],
  ["may not", "call teardown", "lambda:InvokeFunction", arn("lambda", "function:moonbase-teardown")],
  ["may not", "start workflows", "states:StartExecution", workflow("moonbase-teardown")],
]);

casesOf("moonbase-launch-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-launch")],
  ["may not", "take teardown's steps", "lambda:InvokeFunction", arn("lambda", "function:moonbase-teardown")],
  ["may", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
  ["may not", "start itself", "states:StartExecution", workflow("moonbase-launch")],
  ["may", "follow a teardown", "states:DescribeExecution", arn("states", "execution:moonbase-teardown:s1-1")],
  ["may not", "put other rules", "events:PutRule", arn("events", "rule/mine")],
]);

casesOf("moonbase-teardown-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-teardown")],
  ["may not", "start a workflow", "states:StartExecution", workflow("moonbase-launch")],
]);

casesOf("moonbase-backup", [
  ["may", "write down what was saved", "dynamodb:UpdateItem", arn("dynamodb", "table/moonbase-sessions")],
  [
    "may",
    "tell a machine of ours to save",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:wants"] },
  ],
  [
    "may not",
    "call a machine kept",
    "ec2:CreateTags",
    machine,
    { ...ours, "aws:TagKeys": ["moonbase:kept"] },
  ],
  ["may", "leave a machine a note", "ssm:PutParameter", `${note}/backup`],
  ["may not", "take the place of a teardown's", "ssm:PutParameter", order],
  ["may not", "write an invitation", "ssm:PutParameter", note],
  ["may", "fail a save in a machine's name", "states:SendTaskFailure", workflow("moonbase-backup")],
  ["may not", "fail that of a teardown", "states:SendTaskFailure", workflow("moonbase-teardown")],
  [
    "may",
    "look whether a snapshot is there",
    "s3:ListBucket",
    backups,
    { "s3:prefix": "devbox/snapshots/abc" },
  ],
  ["may not", "read a backup", "s3:GetObject", `${backups}/devbox/snapshots/abc`],
  ["may not", "end a machine", "ec2:TerminateInstances", machine, ours],
  ["may not", "end a session", "states:StartExecution", workflow("moonbase-teardown")],
]);

casesOf("moonbase-backup-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-backup")],
  ["may not", "take teardown's steps", "lambda:InvokeFunction", arn("lambda", "function:moonbase-teardown")],
]);

casesOf("moonbase-extend", [
  ["may", "write down a later end", "dynamodb:UpdateItem", arn("dynamodb", "table/moonbase-sessions")],
  ["may not", "make a session", "dynamodb:PutItem", arn("dynamodb", "table/moonbase-sessions")],
  ["may not", "forget a session", "dynamodb:DeleteItem", arn("dynamodb", "table/moonbase-sessions")],
  [
    "may not",
    "touch the undertaker",
    "scheduler:UpdateSchedule",
    arn("scheduler", "schedule/moonbase-sessions/s1-expiry"),
  ],
  ["may not", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
]);

casesOf("moonbase-ssh", [
  ["may", "open a session's own group", "ec2:AuthorizeSecurityGroupIngress", group, ofSession],
  ["may not", "open the group of a blueprint", "ec2:AuthorizeSecurityGroupIngress", group, ours],
  ["may", "shut it again", "ec2:RevokeSecurityGroupIngress", group, ofSession],
  ["may not", "shut another stage's", "ec2:RevokeSecurityGroupIngress", group, theirs],
  ["may", "hang the door in", "ec2:ModifyInstanceAttribute", machine, ours],
  ["may not", "terminate a machine", "ec2:TerminateInstances", machine, ofSession],
  ["may not", "take a group away", "ec2:DeleteSecurityGroup", group, ofSession],
  ["may", "write down who may come in", "dynamodb:UpdateItem", arn("dynamodb", "table/moonbase-sessions")],
  ["may not", "make a session", "dynamodb:PutItem", arn("dynamodb", "table/moonbase-sessions")],
  ["may not", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
]);

casesOf("moonbase-ssh-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-ssh")],
  ["may not", "take launch's steps", "lambda:InvokeFunction", arn("lambda", "function:moonbase-launch")],
]);

casesOf("moonbase-extend-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-extend")],
  ["may not", "take launch's steps", "lambda:InvokeFunction", arn("lambda", "function:moonbase-launch")],
]);

const defaultBus = arn("events", "event-bus/default");

casesOf("moonbase-sweep", [
  ["may", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
  ["may not", "start a launch", "states:StartExecution", workflow("moonbase-launch")],
  ["may", "see who is at work", "states:DescribeExecution", arn("states", "execution:moonbase-launch:s1")],
  ["may not", "stop who is at work", "states:StopExecution", arn("states", "execution:moonbase-launch:s1")],
  ["may not", "terminate a machine, not even ours", "ec2:TerminateInstances", machine, ofSession],
  ["may not", "take a group away", "ec2:DeleteSecurityGroup", group, ofSession],
  ["may not", "stop watching", "cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:moonbase/s1/idle")],
  ["may not", "read an invitation", "ssm:GetParameter", note],
  ["may", "see whose it is", "ssm:ListTagsForResource", note],
  [
    "may not",
    "see whose another's is",
    "ssm:ListTagsForResource",
    arn("ssm", "parameter/moonbase-2/machines/i-0aaaaaaaaaaaaaaaa"),
  ],
  [
    "may",
    "hire an undertaker",
    "scheduler:CreateSchedule",
    arn("scheduler", "schedule/moonbase-sessions/s1-expiry"),
  ],
  [
    "may not",
    "dismiss one",
    "scheduler:DeleteSchedule",
    arn("scheduler", "schedule/moonbase-sessions/s1-expiry"),
  ],
  ["may not", "delete a record", "dynamodb:DeleteItem", arn("dynamodb", "table/moonbase-sessions")],
  [
    "may",
    "ask react to look again",
    "events:PutEvents",
    defaultBus,
    { "events:source": ["moonbase.sweep"], "events:detail-type": ["look again"] },
  ],
  [
    "may not",
    "speak as a machine",
    "events:PutEvents",
    defaultBus,
    { "events:source": ["moonbase.machine"], "events:detail-type": ["machine asks for its end"] },
  ],
]);
