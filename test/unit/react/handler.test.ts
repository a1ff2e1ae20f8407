import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { SendTaskFailureCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/react/handler.ts";
import { launchArn, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const bus = mockClient(EventBridgeClient);
const sfn = mockClient(SFNClient);
const table = mockClient(DynamoDBDocumentClient);
const scheduler = mockClient(SchedulerClient);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.input);
const execution = (detail: object) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  detail: { status: "ABORTED", input: null, ...detail },
});
const alarm = (alarmName: string) => ({
  source: "aws.cloudwatch",
  "detail-type": "CloudWatch Alarm State Change",
  detail: { alarmName, state: { value: "ALARM" } },
});
const machineEvent = {
  source: "aws.ec2",
  "detail-type": "EC2 Instance State-change Notification",
  detail: { "instance-id": machine.instanceId, state: "terminated" },
};
const warning = (different: object = {}) => ({
  source: "aws.ec2",
  "detail-type": "EC2 Spot Instance Interruption Warning",
  time: "2026-11-20T12:45:00Z",
  detail: { "instance-id": machine.instanceId, "instance-action": "terminate", ...different },
});
const tagged = (tags: Record<string, string>) => ({
  Reservations: [
    {
      Instances: [
        {
          InstanceId: machine.instanceId,
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        },
      ],
    },
  ],
});

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now: minutesAfter(45) });
  for (const client of [ec2, sfn, table, scheduler, sns, ssm]) client.reset();
  sfn.on(StartExecutionCommand).resolves({});
  scheduler.on(UpdateScheduleCommand).resolves({});
  table.on(GetCommand).resolves({ Item: session({ status: "ready", machine, readyAt: now.toISOString() }) });
});

describe("react", () => {
  it("ends the session of a launch that was stopped", async () => {
    table.on(GetCommand, { Key: { id: "tea" } }, false).resolves({ Item: session() });
    await handler(
      execution({ executionArn: launchArn, stateMachineArn: settings.launchWorkflowArn, name: "tea" }),
    );
    expect(started()).toEqual(['{"session":"tea","reason":"launch-stopped"}']);
  });

  it.each([
    ["its input", "any-name", '{"session":"tea"}'],
    ["its name, when the input was too long to be told", "tea-7", null],
  ])("finds the session of a stopped teardown by %s", async (_, name, input) => {
    const stopped = {
      executionArn: teardownArn(7),
      stateMachineArn: settings.teardownWorkflowArn,
      name,
      input,
    };
    table.on(GetCommand).resolves({});
    await handler(execution(stopped));
    expect(table.commandCalls(GetCommand)[0]?.args[0].input.Key).toEqual({ id: "tea" });
  });

  it("gives notice to an idle session by its alarm's name", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(tagged({ "moonbase:stage": "moonbase", "moonbase:session": "tea" }));
    await handler(alarm("moonbase/tea/idle"));
    const [{ args } = { args: [] }] = table.commandCalls(UpdateCommand);
    expect(args[0]?.input.ExpressionAttributeValues).toMatchObject({ ":set_notice": { reason: "idle" } });
    expect(started()).toEqual([]);
  });

  it.each(["other/tea/idle", "moonbase/tea/disk", "moonbase-dead-letters"])(
    "leaves alarm %s alone",
    async (name) => {
      await handler(alarm(name));
      expect(table.calls()).toHaveLength(0);
    },
  );

  it("ends the session of a machine that is gone", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(tagged({ "moonbase:stage": "moonbase", "moonbase:session": "tea" }));
    await handler(machineEvent);
    expect(started()).toEqual(['{"session":"tea","reason":"machine-gone"}']);
  });

  it("calls off who waits for a dead machine's save, beside ending its session", async () => {
    const backup = { execution: "x", until: minutesAfter(50).toISOString() };
    const waiting = session({ status: "ready", machine, readyAt: now.toISOString(), backup });
    table.on(GetCommand).resolves({ Item: waiting });
    ec2
      .on(DescribeInstancesCommand)
      .resolves(tagged({ "moonbase:stage": "moonbase", "moonbase:session": "tea" }));
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '{"order":"save now-1","taskToken":"t"}' } });
    await handler(machineEvent);
    expect(ssm.commandCalls(GetParameterCommand)[0]?.args[0].input.Name).toBe(
      `/moonbase/machines/${machine.instanceId}/backup`,
    );
    expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toEqual({
      taskToken: "t",
      error: "MachineGone",
      cause: "the machine is terminated; it can save nothing more",
    });
    expect(started()).toEqual(['{"session":"tea","reason":"machine-gone"}']);

    sfn.resetHistory();
    table.on(GetCommand).resolves({
      Item: { ...waiting, backup: { ...backup, until: minutesAfter(45).toISOString() } },
    });
    await handler(machineEvent);
    expect(sfn.commandCalls(SendTaskFailureCommand)).toEqual([]);
  });

  it("believes a machine's own tag, and not what an event says of it", async () => {
    const asks = {
      source: "moonbase.machine",
      "detail-type": "machine asks for its end",
      detail: { "instance-id": machine.instanceId, session: "another" },
    };
    const ours = { "moonbase:stage": "moonbase", "moonbase:session": "tea" };
    ec2
      .on(DescribeInstancesCommand)
      .resolvesOnce({ Reservations: [] })
      .resolvesOnce(tagged(ours))
      .resolves(tagged({ ...ours, "moonbase:asks": "logged-out" }));
    await handler(asks);
    await handler(asks);
    expect(started()).toEqual([]);
    await handler(asks);
    expect(started()).toEqual(['{"session":"tea","reason":"logged-out"}']);
  });

  it("touches no machine that is not ours", async () => {
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
    await handler(machineEvent);
    expect(started()).toEqual([]);
  });

  it("ends a session at its appointment", async () => {
    vi.setSystemTime(minutesAfter(240));
    await handler({ source: "moonbase.schedule", "detail-type": "expiry", detail: { session: "tea" } });
    expect(started()).toEqual(['{"session":"tea","reason":"expired"}']);
  });

  it("interrupts the session of a machine that spot takes away", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(tagged({ "moonbase:stage": "moonbase", "moonbase:session": "tea" }));
    bus.on(PutEventsCommand).resolves({});
    await handler(warning());
    expect(started()).toEqual(['{"session":"tea","reason":"interrupted"}']);
  });

  it("leaves a machine alone whose session tag was edited into what no session is called", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(tagged({ "moonbase:stage": "moonbase", "moonbase:session": "#live" }));
    for (const event of [warning(), machineEvent]) await handler(event);
    expect(table.calls()).toHaveLength(0);
  });

  it.each([
    ["of the engine's own time", "2026-11-20T12:40:00Z", "drill-2026-11-20T12-40-00Z"],
    ["of a Scheduler that names none", "<aws.scheduler.scheduled-time>", "drill-2026-11-20T12-45-00Z"],
  ])("starts the drill once for an appointment %s", async (_, scheduledTime, name) => {
    await handler({ source: "moonbase.schedule", "detail-type": "drill", detail: { scheduledTime } });
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: settings.scheduledWorkflowArns.drill,
      name,
      input: "{}",
    });
  });

  it("starts nothing for regular work that this deployment has no workflow for", async () => {
    await handler({ source: "moonbase.schedule", "detail-type": "bastion", detail: {} });
    expect(sfn.calls()).toHaveLength(0);
  });

  it("launches retention once for a day, and not while a box is live", async () => {
    const due = (hour: string) =>
      handler({
        source: "moonbase.schedule",
        "detail-type": "retention",
        detail: { scheduledTime: `2026-11-22T${hour}:00:00Z` },
      });
    const Item = session({ blueprint: "devbox", status: "ready", machine });
    table.on(GetCommand, { Key: { id: "tea" } }).resolves({ Item });
    table.on(GetCommand, { Key: { id: "#live" } }).resolves({ Item: { sessions: new Set(["tea"]) } });
    await due("04");
    expect(sfn.calls()).toHaveLength(0);

    table.on(GetCommand, { Key: { id: "#live" } }).resolves({ Item: {} });
    const taken = new Error("taken");
    taken.name = "ExecutionAlreadyExists";
    sfn.on(StartExecutionCommand).resolvesOnce({}).rejects(taken);
    await due("05");
    await due("05");
    expect(sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input)).toEqual(
      Array(2).fill({
        stateMachineArn: settings.launchWorkflowArn,
        name: "retention-2026-11-22",
        input: '{"blueprint":"retention","requestedBy":"the schedule retention"}',
      }),
    );
  });

  it.each([
    [warning({ "instance-action": 7 })],
    [{ ...machineEvent, detail: { "instance-id": null, state: "terminated" } }],
    [{ source: "moonbase.schedule", "detail-type": "expiry", detail: { endReason: "tea" } }],
    [{ source: "moonbase.schedule", "detail-type": "lunch", detail: {} }],
  ])("neither acts nor looks when it cannot read the details of %j", async (event) => {
    await expect(handler(event)).rejects.toThrow(/no reaction/);
    for (const client of [ec2, sfn, table, scheduler]) expect(client.calls()).toHaveLength(0);
  });

  it("looks for no session under a name that none can have", async () => {
    const detail = { session: "#live" };
    await handler({ source: "moonbase.schedule", "detail-type": "expiry", detail });
    await handler(
      execution({
        executionArn: teardownArn(1),
        stateMachineArn: settings.teardownWorkflowArn,
        name: "x",
        input: JSON.stringify(detail),
      }),
    );
    expect(table.calls()).toHaveLength(0);
  });

  it.each([[{}], ["text"], [null], [{ source: "aws.ec2", "detail-type": "Something New", detail: {} }]])(
    "throws on %j, so that it ends in the dead-letter queue and not in silence",
    async (event) => {
      await expect(handler(event)).rejects.toThrow(/no reaction/);
    },
  );
});
