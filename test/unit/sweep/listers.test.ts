import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Tag,
} from "@aws-sdk/client-ec2";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeParametersCommand, ListTagsForResourceCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import type { Kind } from "../../../functions/sweep/finding.ts";
import { listersOf } from "../../../functions/sweep/listers.ts";

const cloudwatch = mockClient(CloudWatchClient);
const ec2 = mockClient(EC2Client);
const scheduler = mockClient(SchedulerClient);
const ssm = mockClient(SSMClient);
const listers = listersOf("moonbase");

beforeEach(() => {
  for (const client of [cloudwatch, ec2, scheduler, ssm]) client.reset();
});

const tags = (values: Record<string, string>) =>
  Object.entries(values).map(([name, Value]) => ({
    Key: name.includes(":") ? name : `moonbase:${name}`,
    Value,
  }));
const ofTea = tags({ stage: "moonbase", session: "tea" });

/** How EC2 would answer with one thing of each kind, by what it bears; the second page holds the same. */
const answers: Partial<Record<Kind, (Tags: Tag[]) => void>> = {
  machine: (Tags) =>
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce({ Reservations: [{ Instances: [{ InstanceId: "x-1", Tags }] }], NextToken: "more" })
      .resolves({ Reservations: [{ Instances: [{ InstanceId: "x-2", Tags }] }] }),
  volume: (Tags) =>
    ec2
      .on(DescribeVolumesCommand)
      .resolvesOnce({ Volumes: [{ VolumeId: "x-1", Tags }], NextToken: "more" })
      .resolves({ Volumes: [{ VolumeId: "x-2", Tags }] }),
  "network interface": (TagSet) =>
    ec2
      .on(DescribeNetworkInterfacesCommand)
      .resolvesOnce({ NetworkInterfaces: [{ NetworkInterfaceId: "x-1", TagSet }], NextToken: "more" })
      .resolves({ NetworkInterfaces: [{ NetworkInterfaceId: "x-2", TagSet }] }),
  "security group": (Tags) =>
    ec2
      .on(DescribeSecurityGroupsCommand)
      .resolvesOnce({ SecurityGroups: [{ GroupId: "x-1", Tags }], NextToken: "more" })
      .resolves({ SecurityGroups: [{ GroupId: "x-2", Tags }] }),
  "security group rule": (Tags) =>
    ec2
      .on(DescribeSecurityGroupRulesCommand)
      .resolvesOnce({ SecurityGroupRules: [{ SecurityGroupRuleId: "x-1", Tags }], NextToken: "more" })
      .resolves({ SecurityGroupRules: [{ SecurityGroupRuleId: "x-2", Tags }] }),
  address: (Tags) =>
    ec2.on(DescribeAddressesCommand).resolves({
      Addresses: [
        { AllocationId: "x-1", Tags },
        { AllocationId: "x-2", Tags },
      ],
    }),
  parameter: (bears) => {
    const TagList = bears.map(({ Key = "", Value = "" }) => ({ Key, Value }));
    ssm
      .on(DescribeParametersCommand)
      .resolvesOnce({ Parameters: [{ Name: "/moonbase/machines/x-1" }], NextToken: "more" })
      .resolves({ Parameters: [{ Name: "/moonbase/machines/x-2" }] });
    ssm.on(ListTagsForResourceCommand).resolves({ TagList });
  },
};
const byTag = Object.entries(answers) as [Kind, (tags: Tag[]) => void][];

describe.each(byTag)("%s", (kind, answer) => {
  const findings = async () => (await listers[kind]()).findings.map(({ id, session }) => `${session} ${id}`);

  it("of a session is found on every page", async () => {
    answer(ofTea);
    const prefix = kind === "parameter" ? "/moonbase/machines/" : "";
    expect(await findings()).toEqual([`tea ${prefix}x-1`, `tea ${prefix}x-2`]);
  });

  it.each([
    ["another stage", tags({ stage: "moonbase-2", session: "tea" })],
    ["a stage in other letters", tags({ stage: "Moonbase", session: "tea" })],
    ["no stage", tags({ session: "tea" })],
    ["somebody else's keys", tags({ "x:stage": "moonbase", "x:session": "tea" })],
    ["a stack, base groups among them", [...ofTea, ...tags({ "aws:cloudformation:stack-name": "lab" })]],
    ["no session, the backup volume among them", tags({ stage: "moonbase" })],
    ["a session that cannot be one", tags({ stage: "moonbase", session: "#live" })],
    ["nothing", []],
  ])("of %s is not found", async (_, bears) => {
    answer(bears);
    expect(await findings()).toEqual([]);
  });
});

it.each([
  ["volume", DescribeVolumesCommand],
  ["network interface", DescribeNetworkInterfacesCommand],
] as const)("%s that hangs on something is not asked for", async (kind, command) => {
  ec2.on(command).resolves({});
  await listers[kind]();
  expect(ec2.commandCalls(command)[0]?.args[0].input).toMatchObject({
    Filters: expect.arrayContaining([{ Name: "status", Values: ["available"] }]),
  });
});

it.each([
  ["machine", true],
  ["address", true],
  ["volume", false],
  ["network interface", false],
  ["security group", false],
] as const)("a %s of the stage that names no session is told of: %s", async (kind, told) => {
  answers[kind]?.(tags({ stage: "moonbase" }));
  expect((await listers[kind]()).strays.length > 0).toBe(told);
});

it("a machine that is gone is not there", async () => {
  const terminated = { InstanceId: "i-1", Tags: ofTea, State: { Name: "terminated" as const } };
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [terminated] }] });
  expect(await listers.machine()).toEqual({ findings: [], strays: [] });
});

it("a machine says itself whether it asks for its end", async () => {
  for (const asks of ["logged-out", "idle: nobody", "done: all of it", "failed: it is locked"]) {
    answers.machine?.([...ofTea, ...tags({ asks })]);
    expect((await listers.machine()).findings[0]).toMatchObject({ says: ["asks"] });
  }
  answers.machine?.([...ofTea, ...tags({ asks: "nothing" })]);
  expect((await listers.machine()).findings[0]).not.toHaveProperty("says");
});

it("alarms are read back from their names, with what they say", async () => {
  const named = (AlarmName: string, StateValue: "OK" | "ALARM" = "OK") => ({ AlarmName, StateValue });
  cloudwatch
    .on(DescribeAlarmsCommand)
    .resolvesOnce({ MetricAlarms: [named("moonbase/tea/idle")], NextToken: "more" })
    .resolves({
      MetricAlarms: [
        named("moonbase/tea-idle/idle", "ALARM"),
        ...["moonbase-2/tea/idle", "moonbase/tea/idle/idle", "moonbase/tea", "moonbase//idle"].map((name) =>
          named(name),
        ),
        ...["moonbase/tea/disk", "moonbase-dead-letters", "moonbase/idle"].map((name) => named(name)),
      ],
    });
  expect((await listers.alarm()).findings).toEqual([
    { kind: "alarm", id: "moonbase/tea/idle", session: "tea" },
    { kind: "alarm", id: "moonbase/tea-idle/idle", session: "tea-idle", says: ["idle"] },
  ]);
  expect(cloudwatch.commandCalls(DescribeAlarmsCommand)[0]?.args[0].input).toMatchObject({
    AlarmNamePrefix: "moonbase/",
  });
});

it("schedules are read back from their names, in our group only", async () => {
  const names = [
    "tea-expiry",
    "tea-expiry-expiry",
    "nightly",
    "-expiry",
    "expiry",
    "tea-expiry-2",
    "t_a-expiry",
  ];
  scheduler
    .on(ListSchedulesCommand)
    .resolvesOnce({ Schedules: [{ Name: "milk-expiry" }], NextToken: "more" })
    .resolves({ Schedules: names.map((Name) => ({ Name })) });
  expect((await listers.schedule()).findings.map(({ id, session }) => `${session}: ${id}`)).toEqual([
    "milk: milk-expiry",
    "tea: tea-expiry",
    "tea-expiry: tea-expiry-expiry",
  ]);
  for (const call of scheduler.commandCalls(ListSchedulesCommand)) {
    expect(call.args[0].input.GroupName).toBe("moonbase-sessions");
  }
});

it("parameters that are not a machine's are not looked into", async () => {
  const names = [
    "/moonbase/devserver/restic/password",
    "/moonbase-2/machines/i-1",
    "/x/moonbase/machines/i-1",
  ];
  ssm.on(DescribeParametersCommand).resolves({ Parameters: names.map((Name) => ({ Name })) });
  expect(await listers.parameter()).toEqual({ findings: [], strays: [] });
  expect(ssm.commandCalls(ListTagsForResourceCommand)).toHaveLength(0);
});

it("a parameter that goes while it is looked at is nobody's", async () => {
  ssm.on(DescribeParametersCommand).resolves({ Parameters: [{ Name: "/moonbase/machines/i-1" }] });
  ssm.on(ListTagsForResourceCommand).rejects(Object.assign(new Error(), { name: "InvalidResourceId" }));
  expect((await listers.parameter()).findings).toEqual([]);
});
