import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/react/handler.ts";
import { launchArn, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const sfn = mockClient(SFNClient);
const table = mockClient(DynamoDBDocumentClient);
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
  for (const client of [ec2, sfn, table]) client.reset();
  sfn.on(StartExecutionCommand).resolves({});
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

  it("ends an idle session by its alarm's name", async () => {
    await handler(alarm("moonbase/tea/idle"));
    expect(started()).toEqual(['{"session":"tea","reason":"idle"}']);
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

  it.each([[{}], ["text"], [null], [{ source: "aws.ec2", "detail-type": "Something New", detail: {} }]])(
    "throws on %j, so that it ends in the dead-letter queue and not in silence",
    async (event) => {
      await expect(handler(event)).rejects.toThrow(/no reaction/);
    },
  );
});
