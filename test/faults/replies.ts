import type { Deed } from "../../local/proxy/fault.ts";
import type { Case } from "./case.ts";

const xml = "text/xml;charset=UTF-8";
const json = "application/x-amz-json-1.1";
const answer = (body: string, contentType: string): Deed => ({ do: "answer", body, contentType });

export const noMachine = answer(
  `<CreateFleetResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><fleetId>fleet-0</fleetId><errorSet><item><errorCode>InsufficientInstanceCapacity</errorCode><errorMessage>none of t3.small</errorMessage><lifecycle>spot</lifecycle></item></errorSet><fleetInstanceSet/></CreateFleetResponse>`,
  xml,
);
export const notTerminated = answer(
  '<TerminateInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><instancesSet/></TerminateInstancesResponse>',
  xml,
);
/** A list, or its first page without its token, that leaves out what is there. */
const leftOutOf = (set: string): Deed => ({
  do: "edit",
  pattern: `<${set}>.*</${set}>`,
  replacement: `<${set}/>`,
});

type Reply = readonly [string, Case["story"], string, string, Deed, number?];

/** Answers that look like success and are none, or not all of it. By hand: what is missing differs with each call. */
const replies: readonly Reply[] = [
  ["no machine on spot", "launch", "ec2", "CreateFleet", noMachine, 1],
  ["no machine anywhere", "launch", "ec2", "CreateFleet", noMachine],
  [
    "an event not taken",
    "launch",
    "events",
    "PutEvents",
    answer('{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure"}]}', json),
    1,
  ],
  ["no subnets listed", "launch", "ec2", "DescribeSubnets", leftOutOf("subnetSet")],
  ["a machine not listed yet", "launch", "ec2", "DescribeInstances", leftOutOf("reservationSet"), 2],
  ["machines not listed", "teardown", "ec2", "DescribeInstances", leftOutOf("reservationSet"), 1],
  [
    "machines not listed until asked twice",
    "teardown",
    "ec2",
    "DescribeInstances",
    leftOutOf("reservationSet"),
    2,
  ],
  ["groups not listed", "teardown", "ec2", "DescribeSecurityGroups", leftOutOf("securityGroupInfo"), 1],
  ["a machine not terminated", "teardown", "ec2", "TerminateInstances", notTerminated, 1],
  ["a machine that never terminates", "teardown", "ec2", "TerminateInstances", notTerminated, 3],
  [
    "a parameter not deleted",
    "teardown",
    "ssm",
    "DeleteParameters",
    answer('{"DeletedParameters":[],"InvalidParameters":["x"]}', json),
    1,
  ],
  [
    "an event not taken",
    "teardown",
    "events",
    "PutEvents",
    answer('{"FailedEntryCount":1,"Entries":[{"ErrorCode":"InternalFailure"}]}', json),
    1,
  ],
];

export const replyCases: readonly Case[] = replies.map(([what, story, service, action, deed, times]) => ({
  name: `${story} · ${service} ${action} · ${what}`,
  story,
  fault: {
    caller: story === "launch" ? "launch" : "teardown",
    service,
    action,
    deed,
    ...(times !== undefined && { times }),
  },
}));
