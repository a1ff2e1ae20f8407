import { arn, casesOf, group, machine, ofSession, ours, template, theirs, workflow } from "./iam-cases.ts";

casesOf("moonbase-teardown", [
  ["may", "terminate a machine of ours", "ec2:TerminateInstances", machine, ours],
  ["may not", "terminate an untagged machine", "ec2:TerminateInstances", machine],
  ["may", "take a session's group away", "ec2:DeleteSecurityGroup", group, ofSession],
  ["may not", "take the group of a blueprint away", "ec2:DeleteSecurityGroup", group, ours],
  [
    "may not",
    "take a stranger's interface away",
    "ec2:DeleteNetworkInterface",
    arn("ec2", "network-interface/eni-0a"),
    theirs,
  ],
  ["may", "stop watching", "cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:moonbase/s1/idle")],
  [
    "may not",
    "silence the dead letters",
    "cloudwatch:DeleteAlarms",
    arn("cloudwatch", "alarm:moonbase-dead-letters"),
  ],
  ["may", "stop a launch", "states:StopExecution", arn("states", "execution:moonbase-launch:s1")],
  ["may not", "stop a teardown", "states:StopExecution", arn("states", "execution:moonbase-teardown:s1-1")],
  ["may not", "launch anything", "ec2:CreateFleet", template, ours],
  ["may not", "open a door", "ec2:AuthorizeSecurityGroupIngress", group, ofSession],
]);

casesOf("moonbase-react", [
  ["may", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
  ["may not", "start a launch", "states:StartExecution", workflow("moonbase-launch")],
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
  ["may", "call a launch off", "states:SendTaskFailure", workflow("moonbase-launch")],
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

casesOf("moonbase-extend-workflow", [
  ["may", "take a step", "lambda:InvokeFunction", arn("lambda", "function:moonbase-extend")],
  ["may not", "take launch's steps", "lambda:InvokeFunction", arn("lambda", "function:moonbase-launch")],
]);
