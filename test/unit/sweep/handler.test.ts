import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/sweep/handler.ts";
import { claimedBy, machine, session, settings, teardownArn } from "../fixture/session.ts";
import { later, minutesBefore, ready } from "./facts.ts";

const cloudwatch = mockClient(CloudWatchClient);
const ec2 = mockClient(EC2Client);
const eventbridge = mockClient(EventBridgeClient);
const scheduler = mockClient(SchedulerClient);
const sfn = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);
const clients = [cloudwatch, ec2, eventbridge, scheduler, sfn, sns, ssm, table];

const tags = (of: string) => [
  { Key: "moonbase:stage", Value: "moonbase" },
  { Key: "moonbase:session", Value: of },
];
const named = (name: string) => Object.assign(new Error(name), { name });
const item = (Item: { id: string }) =>
  table.on(GetCommand, { Key: { id: Item.id } }, false).resolves({ Item });
const volume = (of: string) =>
  ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ VolumeId: "vol-1", Tags: tags(of) }] });
const mark = (of: string, minutes = 10) => ({ session: of, seenAt: minutesBefore(minutes), tries: 0 });
const remembered = (marks: object, told = {}) => item({ ...{ id: "#sweep", marks, told, version: 3 } });
const live = (...sessions: string[]) =>
  item({ ...{ id: "#live", sessions: new Set(sessions), committed: 0.1 * sessions.length } });

const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
const told = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.Message);
const events = () =>
  eventbridge.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
const writes = () => table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now: later });
  for (const client of clients) client.reset();
  cloudwatch.on(DescribeAlarmsCommand).resolves({});
  for (const command of [
    DescribeInstancesCommand,
    DescribeVolumesCommand,
    DescribeNetworkInterfacesCommand,
  ]) {
    ec2.on(command).resolves({});
  }
  for (const command of [DescribeSecurityGroupsCommand, DescribeSecurityGroupRulesCommand]) {
    ec2.on(command).resolves({});
  }
  ec2.on(DescribeAddressesCommand).resolves({});
  eventbridge.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  scheduler.on(ListSchedulesCommand).resolves({ Schedules: [{ Name: "tea-expiry" }] });
  sfn.on(StartExecutionCommand).resolves({});
  sns.on(PublishCommand).resolves({});
  ssm.on(DescribeParametersCommand).resolves({});
  table.on(GetCommand).resolves({});
  table.on(UpdateCommand).resolves({});
});

describe("a sweep", () => {
  it("of an idle stage writes nothing, starts nothing, tells nothing", async () => {
    scheduler.on(ListSchedulesCommand).resolves({ Schedules: [] });
    await handler();
    expect([started(), told(), events(), writes()]).toEqual([[], [], [], []]);
    expect(table.commandCalls(GetCommand)).toHaveLength(2);
  });

  it("marks what it sees for the first time, under the version that it has read", async () => {
    scheduler.on(ListSchedulesCommand).resolves({});
    remembered({});
    volume("old");
    await handler();
    expect(writes()).toMatchObject([
      {
        Key: { id: "#sweep" },
        ConditionExpression: "attribute_not_exists(version) OR version = :seen",
        ExpressionAttributeValues: {
          ":seen": 3,
          ":next": 4,
          ":marks": { "volume vol-1": { session: "old", seenAt: later.toISOString(), tries: 0 } },
        },
      },
    ]);
    expect([started(), told()]).toEqual([[], []]);
  });

  it("ends the session of what it sees again, tells it, and remembers that it has tried", async () => {
    scheduler.on(ListSchedulesCommand).resolves({});
    remembered({ "volume vol-1": mark("old") });
    volume("old");
    await handler();
    expect(started()).toEqual([
      {
        stateMachineArn: settings.teardownWorkflowArn,
        name: `old-${Math.floor(later.getTime() / 60_000) + 1}`,
        input: JSON.stringify({ session: "old", reason: "swept" }),
      },
    ]);
    expect(told()).toEqual([expect.stringContaining("- session old (swept): volume vol-1 left of")]);
    expect(events()).toMatchObject([{ Source: "moonbase.session", DetailType: "swept" }]);
    expect(writes()[0]?.ExpressionAttributeValues?.[":marks"]).toEqual({
      "volume vol-1": { ...mark("old"), tries: 1, triedAt: later.toISOString() },
    });
  });

  it("beside another joins the teardown that runs, and leaves the other's memory as it is", async () => {
    remembered({ "volume vol-1": mark("old") });
    volume("old");
    sfn.on(StartExecutionCommand).rejects(named("ExecutionAlreadyExists"));
    sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING", input: '{"session":"old"}' });
    const lost = new ConditionalCheckFailedException({ $metadata: {}, message: "" });
    table.on(UpdateCommand).rejects(lost);
    await expect(handler()).resolves.toBeUndefined();
    expect(started()).toHaveLength(1);
  });

  it.each([
    ["volume", () => ec2.on(DescribeVolumesCommand).rejects(named("UnauthorizedOperation"))],
    ["machine", () => ec2.on(DescribeInstancesCommand).rejects(named("UnauthorizedOperation"))],
    ["alarm", () => cloudwatch.on(DescribeAlarmsCommand).rejects(named("UnauthorizedOperation"))],
    ["schedule", () => scheduler.on(ListSchedulesCommand).rejects(named("UnauthorizedOperation"))],
    ["parameter", () => ssm.on(DescribeParametersCommand).rejects(named("UnauthorizedOperation"))],
  ])("that cannot list one kind (%s) does the others, names it, fails", async (kind, refuse) => {
    ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ AllocationId: "a-1", Tags: tags("old") }] });
    remembered({ "address a-1": mark("old"), [`${kind} x-1`]: mark("other") });
    refuse();
    const sentence = `${kind}: could not be listed (UnauthorizedOperation)`;
    await expect(handler()).rejects.toThrow(`the sweep is not complete: ${sentence}`);
    expect(started()).toHaveLength(1);
    expect(told()).toEqual([expect.stringContaining(sentence)]);
    expect(writes()[0]?.ExpressionAttributeValues?.[":marks"]).toHaveProperty([`${kind} x-1`]);
  });

  it("that cannot start one teardown starts the others, names it, fails", async () => {
    ec2.on(DescribeAddressesCommand).resolves({
      Addresses: ["a-1", "a-2"].map((AllocationId) => ({ AllocationId, Tags: tags(`of-${AllocationId}`) })),
    });
    remembered({ "address a-1": mark("of-a-1"), "address a-2": mark("of-a-2") });
    sfn.on(StartExecutionCommand).rejectsOnce(named("StateMachineDoesNotExist")).resolves({});
    await expect(handler()).rejects.toThrow(
      "session of-a-1: its teardown could not be started (StateMachineDoesNotExist)",
    );
    const marks = writes()[0]?.ExpressionAttributeValues?.[":marks"];
    expect(marks).toMatchObject({ "address a-1": { tries: 0 }, "address a-2": { tries: 1 } });
  });

  it("that can read no record of a session touches nothing of it", async () => {
    table.on(GetCommand, { Key: { id: "tea" } }, false).resolves({ Item: { id: "tea", status: "odd" } });
    remembered({ "volume vol-1": mark("tea") });
    volume("tea");
    await expect(handler()).rejects.toThrow("record of session tea: could not be read (ZodError)");
    expect(started()).toEqual([]);
  });

  it.each(["#sweep", "#live"])("that cannot read %s does nothing, says so, fails", async (id) => {
    remembered({ "volume vol-1": mark("old") });
    volume("old");
    table.on(GetCommand, { Key: { id } }, false).rejects(named("AccessDeniedException"));
    await expect(handler()).rejects.toThrow(
      /^the sweep has done nothing: .* could not be read \(AccessDeniedException\)$/,
    );
    expect([started(), writes()]).toEqual([[], []]);
  });

  it("that cannot write down what it has seen says so beside what else has failed", async () => {
    volume("old");
    ec2.on(DescribeAddressesCommand).rejects(named("UnauthorizedOperation"));
    table.on(UpdateCommand).rejects(named("AccessDeniedException"));
    await expect(handler()).rejects.toThrow(
      "the sweep is not complete: address: could not be listed (UnauthorizedOperation); the memory of the sweep could not be written (AccessDeniedException)",
    );
  });

  it("whose notice is not taken fails, and tells it the next time", async () => {
    ec2.on(DescribeAddressesCommand).resolves({
      Addresses: [{ AllocationId: "a-1", Tags: [{ Key: "moonbase:stage", Value: "moonbase" }] }],
    });
    sns.on(PublishCommand).rejects(named("AuthorizationError"));
    await expect(handler()).rejects.toThrow("the notice could not be sent (AuthorizationError)");
    expect(writes()[0]?.ExpressionAttributeValues?.[":told"]).toEqual({});
  });
});

describe("a live session", () => {
  it("that is launching has its execution asked for, and one that does not exist is over", async () => {
    live("tea");
    item(session({ expiresAt: new Date(later.getTime() + 3_600_000).toISOString() }));
    sfn.on(DescribeExecutionCommand).rejects(named("ExecutionDoesNotExist"));
    await handler();
    expect(started().map(({ input }) => JSON.parse(input ?? ""))).toMatchObject([
      { session: "tea", reason: "launch-stopped", failure: expect.stringContaining("found by the sweep: ") },
    ]);
  });

  it("is looked for by its machine's id before it counts as without one", async () => {
    live("tea");
    item(ready());
    remembered({ "session tea": mark("tea") });
    ec2
      .on(DescribeInstancesCommand, { Filters: [{ Name: "instance-id", Values: [machine.instanceId] }] })
      .resolves({ Reservations: [{ Instances: [{ InstanceId: machine.instanceId, Tags: tags("tea") }] }] });
    await handler();
    expect([started(), told()]).toEqual([[], []]);
  });

  it("is not ended when its machine cannot be looked for", async () => {
    live("tea");
    item(ready());
    remembered({ "session tea": mark("tea") });
    ec2.on(DescribeInstancesCommand).resolvesOnce({}).rejects(named("RequestLimitExceeded"));
    await expect(handler()).rejects.toThrow("machines of live sessions: could not be looked for");
    expect(started()).toEqual([]);
  });

  it("has its dead teardown's claim released before the next is started", async () => {
    live("tea");
    const claim = { ...claimedBy(teardownArn(1), 90), claimedAt: minutesBefore(20) };
    item(ready({ claim, reason: "idle", generation: 1 }));
    scheduler.on(ListSchedulesCommand).resolves({});
    sfn.on(DescribeExecutionCommand).resolves({ status: "ABORTED" });
    await handler();
    expect(writes()[0]).toMatchObject({
      Key: { id: "tea" },
      ConditionExpression: expect.stringContaining("claim.holder = :holder"),
    });
    expect(started()).toMatchObject([{ name: "tea-2" }]);
  });

  it("without an undertaker gets one, for its own end", async () => {
    live("tea");
    item(ready());
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ InstanceId: machine.instanceId, Tags: tags("tea") }] }],
    });
    scheduler.on(ListSchedulesCommand).resolves({});
    await handler();
    const [hired] = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input);
    expect(hired).toMatchObject({ Name: "tea-expiry", StartDate: new Date(ready().expiresAt) });
    expect(told()).toEqual([expect.stringContaining("nobody would have come to end session tea")]);
  });

  it("whose alarm is in alarm is handed to react, which decides", async () => {
    live("tea");
    item(ready());
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ InstanceId: machine.instanceId, Tags: tags("tea") }] }],
    });
    cloudwatch
      .on(DescribeAlarmsCommand)
      .resolves({ MetricAlarms: [{ AlarmName: "moonbase/tea/idle", StateValue: "ALARM" }] });
    await handler();
    expect(events()).toEqual([
      {
        Source: "moonbase.sweep",
        DetailType: "look again",
        Detail: JSON.stringify({ stage: "moonbase", session: "tea", about: "idle" }),
      },
    ]);
    expect([started(), told()]).toEqual([[], []]);
  });
});

it("a place that nobody fills is freed only while the dollars are as they were seen", async () => {
  live("tea", "old");
  item(ready());
  remembered({ "place old": mark("old") });
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [{ Instances: [{ InstanceId: machine.instanceId, Tags: tags("tea") }] }],
  });
  await handler();
  expect(writes()[0]).toMatchObject({
    Key: { id: "#live" },
    ConditionExpression: "committed = :seen",
    ExpressionAttributeValues: { ":empty": new Set(["old"]), ":seen": 0.2, ":committed": 0.1 },
  });
});
