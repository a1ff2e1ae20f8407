import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { CreateTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "../../../functions/react/act.ts";
import { machine, minutesAfter, now, session, settings } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const scheduler = mockClient(SchedulerClient);
const sfn = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const table = mockClient(DynamoDBDocumentClient);
const bus = mockClient(EventBridgeClient);
const clients = { bus, ec2, scheduler, sfn, sns, table };

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const notice = { reason: "idle" as const, toldAt: at(0), endsAt: at(5) };
const common = { session: "tea", instanceId: machine.instanceId, notice, expiresAt: at(240), reason: "idle" };
const warn = { action: "warn", ...common } as const;
const withdraw = { action: "withdraw", ...common, at: minutesAfter(230) } as const;
const refused = new ConditionalCheckFailedException({ message: "", $metadata: {} });
const updates = () => table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
const tags = () => ec2.commandCalls(CreateTagsCommand).flatMap(({ args }) => args[0].input.Tags ?? []);
const messages = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.Message ?? "");
const startOfUndertaker = () =>
  scheduler.commandCalls(UpdateScheduleCommand).map(({ args }) => args[0].input.StartDate);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  for (const client of Object.values(clients)) client.reset();
  bus.on(PutEventsCommand).resolves({});
  scheduler.on(UpdateScheduleCommand).resolves({});
  sfn.on(StartExecutionCommand).resolves({});
  table.on(UpdateCommand).resolves({});
  table.on(GetCommand).resolves({ Item: session({ machine, interruptedAt: at(0) }) });
});

describe("giving notice", () => {
  it("sends the undertaker, writes, tells, and marks it as told", async () => {
    await act(warn);
    expect(startOfUndertaker()).toEqual([minutesAfter(5)]);
    expect(
      updates().map(({ ExpressionAttributeValues }) => ExpressionAttributeValues?.[":set_notice"]),
    ).toEqual([notice, { ...notice, told: true }]);
    expect(messages()[0]).toContain("npx moonbase hold tea 60");
    expect(messages()[0]).toContain(`--input '{"session":"tea","holdMinutes":60}'`);
    expect(tags()).toEqual([
      {
        Key: "moonbase:tells",
        Value: `Moonbase session tea ends at ${at(5)} because it is idle. To keep it: npx moonbase hold tea 60`,
      },
    ]);
  });

  it("says why in the same words however often it is told, on a terminal as well", async () => {
    const again = {
      ...warn,
      notice: { ...notice, reason: "budget" as const },
      reason: "told at 12:00 (budget)",
    };
    await act({ ...again, replaces: notice.toldAt });
    const why = `Moonbase session tea ends at ${at(5)} because the budget of this month is spent`;
    expect(messages()[0]).toContain(`${why} (budget).`);
    expect(messages()[0]).not.toContain("told at");
    expect(tags()[0]?.Value, "no character of it is one that a tag cannot have").toBe(`${why}.`);
  });

  it("tells nobody when something came between", async () => {
    table.on(UpdateCommand).rejects(refused);
    await act(warn);
    expect([...messages(), ...tags()]).toEqual([]);
    const [{ ConditionExpression } = {}] = updates();
    for (const part of [
      "#status <> :ended",
      "attribute_not_exists(#reason)",
      "expiresAt = :seen",
      "claim.expiresAt <= :now",
      "attribute_not_exists(notice)",
      "heldUntil <= :now",
    ])
      expect(ConditionExpression).toContain(part);
  });

  it("writes nothing when nobody can be sent to end it", async () => {
    scheduler.on(UpdateScheduleCommand).rejects(new Error("out of order"));
    await expect(act(warn)).rejects.toThrow("out of order");
    expect(table.calls()).toHaveLength(0);
  });

  it.each([
    ["the topic", () => sns.on(PublishCommand).rejects(new Error("out of order"))],
    ["the machine", () => ec2.on(CreateTagsCommand).rejects(new Error("out of order"))],
  ])("stands, and is told, although %s cannot be reached", async (_, breaks) => {
    breaks();
    await act(warn);
    expect(updates()).toHaveLength(2);
  });

  it("stands although neither can be reached, and is not marked as told: the undertaker tells it again", async () => {
    sns.on(PublishCommand).rejects(new Error("out of order"));
    ec2.on(CreateTagsCommand).rejects(new Error("out of order"));
    await act(warn);
    expect(
      updates().map(({ ExpressionAttributeValues }) => ExpressionAttributeValues?.[":set_notice"]),
    ).toEqual([notice]);
    expect(startOfUndertaker()).toEqual([minutesAfter(5)]);
  });

  it("in the place of another replaces that one only, whether it is held or not", async () => {
    await act({ ...warn, notice: { ...notice, reason: "budget" }, replaces: at(-1) });
    expect(updates()[0]).toMatchObject({
      ConditionExpression: expect.stringContaining("notice.toldAt = :replaces"),
      ExpressionAttributeValues: { ":replaces": at(-1) },
    });
    expect(updates()[0]?.ConditionExpression).not.toContain("heldUntil");
    expect(messages()[0]).toMatch(/cannot be held against the budget.*force/);
  });

  it("of an expiry says how to get more time", async () => {
    await act({ ...warn, instanceId: undefined, notice: { ...notice, reason: "expired" } });
    expect(messages()[0]).toContain("npx moonbase extend tea 60");
    expect(messages()[0]).toContain('"extendMinutes":60');
    expect(tags()).toEqual([]);
  });
});

describe("taking a notice back", () => {
  it("removes that notice, tells, and makes the next appointment last", async () => {
    await act(withdraw);
    expect(updates()[0]).toMatchObject({
      UpdateExpression: "REMOVE notice",
      ExpressionAttributeValues: { ":toldAt": at(0) },
    });
    expect(messages()[0]).toContain(`does not end at ${at(5)}`);
    expect(tags()[0]?.Value).toBe(`Moonbase session tea goes on. Its time is over at ${at(240)}`);
    expect(startOfUndertaker()).toEqual([minutesAfter(230)]);
  });

  it("does nothing when the notice is another, or its end was begun", async () => {
    table.on(UpdateCommand).rejects(refused);
    await act(withdraw);
    expect([...messages(), ...tags(), ...startOfUndertaker()]).toEqual([]);
  });
});

describe("an interruption", () => {
  const interrupt = {
    action: "interrupt",
    session: "tea",
    instanceId: machine.instanceId,
    saves: true,
    warnedAt: now,
    at: now,
    generation: 1,
    reason: "",
  } as const;
  const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

  it("first of all asks the machine to save", async () => {
    const order: string[] = [];
    const note = (what: string) => async () => {
      order.push(what);
      return {};
    };
    ec2.on(CreateTagsCommand).callsFake(note("tag"));
    table.on(UpdateCommand).callsFake(note("record"));
    sfn.on(StartExecutionCommand).callsFake(note("teardown"));
    sns.on(PublishCommand).callsFake(note("operator"));
    await act(interrupt);
    expect(tags()).toEqual([
      { Key: "moonbase:wants", Value: "save interruption" },
      { Key: "moonbase:tells", Value: `Spot takes this machine away at ${at(2)}. It is being saved.` },
    ]);
    expect(order).toEqual(["tag", "record", "teardown", "operator"]);
    expect(updates()[0]).toMatchObject({
      ConditionExpression: expect.stringContaining("attribute_not_exists(interruptedAt)"),
      ExpressionAttributeValues: { ":set_interruptedAt": at(0) },
    });
    expect(started()).toMatchObject([{ name: "tea-2", input: '{"session":"tea","reason":"interrupted"}' }]);
  });

  it("asks a machine that keeps nothing for nothing", async () => {
    await act({ ...interrupt, saves: false });
    expect(tags().map(({ Key }) => Key)).toEqual(["moonbase:tells"]);
  });

  it("ends the session although the machine could not be told, and tells the operator once", async () => {
    ec2.on(CreateTagsCommand).rejects(new Error("throttled"));
    await act(interrupt);
    table.on(UpdateCommand).rejects(refused);
    await act(interrupt);
    expect(started()).toHaveLength(2);
    expect(messages()).toHaveLength(1);
  });

  it.each([
    ["passes over a voluntary teardown", "idle", ["tea-2", "tea-3"]],
    ["joins its own", "interrupted", ["tea-2"]],
  ])("%s that runs under its name", async (_, reason, names) => {
    sfn
      .on(StartExecutionCommand)
      .rejectsOnce(new ExecutionAlreadyExists({ message: "", $metadata: {} }))
      .resolves({});
    const input = JSON.stringify({ session: "tea", reason });
    sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING", input });
    await act(interrupt);
    expect(started().map(({ name }) => name)).toEqual(names);
  });
});

it("a rebalance sets the order and nothing else", async () => {
  await act({ action: "save-early", session: "tea", instanceId: "i-1", order: "save early-x", reason: "" });
  expect(tags()).toEqual([{ Key: "moonbase:wants", Value: "save early-x" }]);
  for (const client of [scheduler, sfn, sns, table]) expect(client.calls()).toHaveLength(0);
});

it("regular work that was started before is not started again", async () => {
  const start = { action: "start-workflow", workflowArn: "arn", name: "n", input: "{}", reason: "" } as const;
  sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: "", $metadata: {} }));
  await act(start);
  sfn.on(StartExecutionCommand).rejects(new Error("no such workflow"));
  await expect(act(start)).rejects.toThrow("no such workflow");
});
