import { expect, test } from "vitest";
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
import { roleNamed, statementsOf } from "./policies.ts";
import { account, region } from "./resolve.ts";

const volume = arn("ec2", "volume/vol-0aaaaaaaaaaaaaaaa");
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const toScheduler = { "iam:PassedToService": "scheduler.amazonaws.com" };
const toEc2 = { "iam:PassedToService": "ec2.amazonaws.com" };

casesOf("moonbase-launch", [
  ["may", "run a machine of ours", "ec2:RunInstances", machine, bornOurs],
  ["may not", "run one without our tag", "ec2:RunInstances", machine],
  [
    "may not",
    "run one of another stage",
    "ec2:RunInstances",
    machine,
    { "aws:RequestTag/moonbase:stage": "another" },
  ],
  ["may", "use our template", "ec2:CreateFleet", template, ours],
  ["may not", "use another template", "ec2:CreateFleet", template, theirs],
  ["may not", "make an untagged disk", "ec2:RunInstances", volume],
  ["may not", "put a machine into another's group", "ec2:RunInstances", group, theirs],
  ["may", "tag at birth", "ec2:CreateTags", machine, { ...bornOurs, "ec2:CreateAction": "RunInstances" }],
  [
    "may not",
    "make an old machine ours",
    "ec2:CreateTags",
    machine,
    { ...bornOurs, "aws:TagKeys": ["moonbase:stage"] },
  ],
  [
    "may",
    "say whose a disk of ours is",
    "ec2:CreateTags",
    volume,
    { ...ours, ...bornOurs, "aws:TagKeys": ["moonbase:stage", "moonbase:session"] },
  ],
  [
    "may not",
    "claim a disk that is not ours",
    "ec2:CreateTags",
    volume,
    { ...theirs, ...bornOurs, "aws:TagKeys": ["moonbase:stage", "moonbase:session"] },
  ],
  ["may", "terminate a machine of ours", "ec2:TerminateInstances", machine, ours],
  ["may not", "terminate an untagged machine", "ec2:TerminateInstances", machine],
  ["may not", "terminate another stage's machine", "ec2:TerminateInstances", machine, theirs],
  ["may", "open a session's own group", "ec2:AuthorizeSecurityGroupIngress", group, ofSession],
  ["may not", "open the group of a blueprint", "ec2:AuthorizeSecurityGroupIngress", group, ours],
  ["may", "hang the door in", "ec2:ModifyInstanceAttribute", machine, ours],
  ["may not", "change another's machine", "ec2:ModifyInstanceAttribute", machine, theirs],
  ["may", "hand over the machine's role", "iam:PassRole", role("moonbase-admin-machine"), toEc2],
  ["may not", "hand over its own role", "iam:PassRole", role("moonbase-launch"), toEc2],
  ["may", "hand over the schedules' role", "iam:PassRole", role("moonbase-scheduler"), toScheduler],
  ["may not", "hand the schedules' role to a machine", "iam:PassRole", role("moonbase-scheduler"), toEc2],
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
  ["may", "leave a note", "ssm:PutParameter", note],
  ["may not", "read it", "ssm:GetParameter", note],
  ["may not", "write elsewhere", "ssm:PutParameter", arn("ssm", "parameter/moonbase/other")],
  [
    "may",
    "set the idle alarm",
    "cloudwatch:PutMetricAlarm",
    arn("cloudwatch", "alarm:moonbase/s1/idle"),
    bornOurs,
  ],
  [
    "may not",
    "touch the dead-letter alarm",
    "cloudwatch:PutMetricAlarm",
    arn("cloudwatch", "alarm:moonbase-dead-letters"),
    bornOurs,
  ],
  [
    "may",
    "speak as a session",
    "events:PutEvents",
    arn("events", "event-bus/default"),
    { "events:source": ["moonbase.session"] },
  ],
  [
    "may not",
    "speak as anything else",
    "events:PutEvents",
    arn("events", "event-bus/default"),
    { "events:source": ["moonbase.session", "moonbase.budget"] },
  ],
  ["may not", "start a teardown", "states:StartExecution", workflow("moonbase-teardown")],
  ["may not", "delete a record", "dynamodb:DeleteItem", arn("dynamodb", "table/moonbase-sessions")],
]);

// The simulator has no resource type for parameters of no account.
test("moonbase-launch may find the image of every variant, and no other parameter of AWS", () => {
  const statement = statementsOf(roleNamed("moonbase-launch")).find(({ Sid }) => Sid === "FindNewestImage");
  const debian = (image: string) => `arn:aws:ssm:${region}::parameter/aws/service/debian/release/${image}`;
  expect(statement?.Resource.toSorted()).toEqual([
    `arn:aws:ssm:${region}::parameter/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id`,
    ...["12/latest/amd64", "12/latest/arm64", "13/latest/amd64", "13/latest/arm64"].map(debian),
  ]);
});
