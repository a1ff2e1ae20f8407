import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { CreateTagsCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SendTaskFailureCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { askSave } from "../../../functions/backup/ask-save.ts";
import { judgeSave } from "../../../functions/backup/judge-save.ts";
import { planSave } from "../../../functions/backup/plan-save.ts";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { claimedBy, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const events = mockClient(EventBridgeClient);
const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);

const execution = "arn:aws:states:us-east-1:000000000000:execution:moonbase-backup:tea-1";
const at = now.toISOString();
const order = `save now-${at}`;
const turn = { execution, until: minutesAfter(10).toISOString() };
const saving = (different: Partial<SessionRecord> = {}) =>
  session({
    ...{ blueprint: "stand-in", status: "ready", machine, readyAt: at, backup: turn },
    ...different,
  });
const recordIs = (...different: Partial<SessionRecord>[]) => {
  const first = table.on(GetCommand);
  different.slice(0, -1).forEach((one) => void first.resolvesOnce({ Item: saving(one) }));
  first.resolves({ Item: saving(different.at(-1)) });
};
const writes = () => table.commandCalls(UpdateCommand).map(({ args }) => args[0].input);
const wanted = () =>
  ec2.commandCalls(CreateTagsCommand).flatMap(({ args }) => args[0].input.Tags?.map(({ Value }) => Value));
const emitted = () => events.commandCalls(PutEventsCommand).length;
const failures = () =>
  sfn.commandCalls(SendTaskFailureCommand).map(({ args }) => [args[0].input.error, args[0].input.cause]);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [ec2, events, s3, sfn, ssm, table]) client.reset();
  recordIs({});
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [{ Instances: [{ InstanceId: machine.instanceId, State: { Name: "running" } }] }],
  });
  s3.on(ListObjectsV2Command).resolves({
    Contents: [{ Key: "stand-in/snapshots/abc", LastModified: minutesAfter(1) }],
  });
  table.on(UpdateCommand).resolves({});
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ec2.on(CreateTagsCommand).resolves({});
});

describe("the plan", () => {
  const plan = (input: unknown) => planSave({ execution, input });

  it("takes a turn in the record, and says what to ask for and since when", async () => {
    recordIs({ backup: undefined });
    expect(await plan({ session: "tea" })).toMatchObject({ outcome: "ask", session: "tea", order, at });
    expect(writes()[0]?.ExpressionAttributeValues).toMatchObject({ ":set_backup": turn, ":self": execution });
  });

  it.each([
    [{}, /^session: missing/],
    [{ session: "a b" }, /^session: "a b" is not accepted/],
    [{ session: "tea", reason: "idle" }, /^reason: "idle" is not accepted/],
  ])("refuses %j by field, and writes nothing", async (input, message) => {
    expect(await plan(input)).toMatchObject({
      ...{ outcome: "refused", session: "", order: "" },
      message: expect.stringMatching(message),
    });
    expect(writes()).toEqual([]);
  });

  it("is made again when the session changes between look and write", async () => {
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ $metadata: {}, message: "" }));
    await expect(plan({ session: "tea" })).rejects.toThrow("has just changed");
  });
});

describe("asking", () => {
  const ask = () => askSave({ session: "tea", execution, order, token: "the-token" });

  it("leaves a note of its own, and then the order in the tag", async () => {
    expect(await ask()).toEqual({ outcome: "asked" });
    expect(ssm.commandCalls(PutParameterCommand)[0]?.args[0].input).toMatchObject({
      Name: `/moonbase/machines/${machine.instanceId}/backup`,
      Type: "SecureString",
      Value: JSON.stringify({ order, taskToken: "the-token" }),
    });
    expect(wanted()).toEqual([order]);
    expect(failures()).toEqual([]);
  });

  it("keeps out of the way of an end that has begun", async () => {
    recordIs({ claim: claimedBy(teardownArn(1)) });
    expect(await ask()).toEqual({ outcome: "overtaken" });
    expect([...wanted(), ...ssm.calls()]).toEqual([]);
    expect(failures()).toEqual([["Overtaken", `session "tea" was taken over by ${teardownArn(1)}`]]);
  });

  it.each([
    ["voluntary", "save end-3", {}],
    ["by spot", "save interruption", { interruptedAt: at }],
    ["of a machine that was spared", "save end-3", { interruptedAt: minutesAfter(-30).toISOString() }],
  ])("puts the order of an end (%s) back that began at the same moment", async (_, theirs, different) => {
    recordIs({}, { claim: claimedBy(teardownArn(3)), generation: 3, reason: "idle", ...different });
    expect(await ask()).toEqual({ outcome: "overtaken" });
    expect(wanted()).toEqual([order, theirs]);
    expect(failures()).toHaveLength(1);
  });

  it("that fails is heard by whoever waits for the token", async () => {
    ssm.on(PutParameterCommand).rejects(new Error("denied"));
    await expect(ask()).rejects.toThrow("denied");
    expect(failures()).toEqual([["AskFailed", "Error"]]);
    expect(wanted()).toEqual([]);
  });
});

describe("the verdict", () => {
  const judge = (told: object) =>
    judgeSave({ session: "tea", execution, story: { save: { order, at }, ...told } });
  const answer = { outcome: "saved", order, id: "abc", message: "all of it", seconds: 1.5 };
  const conditionFails = new ConditionalCheckFailedException({ $metadata: {}, message: "" });

  it("of what is in the bucket is saved: written, told, and the turn is given back", async () => {
    expect(await judge({ answer })).toEqual({
      ...{ outcome: "saved", session: "tea", id: "abc", seconds: 1.5, message: "all of it" },
    });
    const [save, back] = writes();
    expect(save?.ExpressionAttributeValues?.[":set_save"]).toMatchObject({
      outcome: "saved",
      id: "abc",
      order,
    });
    expect(back?.ExpressionAttributeValues).toMatchObject({
      ":set_backup": { execution, until: new Date(0).toISOString() },
    });
    expect(emitted()).toBe(1);
  });

  it("tells nobody a second time when the step is repeated", async () => {
    recordIs({ save: { outcome: "saved", message: "all of it", id: "abc", order, at, seconds: 1.5 } });
    expect(await judge({ answer })).toMatchObject({ outcome: "saved", id: "abc" });
    expect(emitted()).toBe(0);
    expect(writes()).toHaveLength(1);
  });

  it.each([
    ["what is not there", { answer: { ...answer, id: "def" } }, /there is no snapshot def$/],
    [
      "an answer to another order",
      { answer: { ...answer, order: "save end-1" } },
      /another order, "save end-1"$/,
    ],
    ["a failure", { answer: { outcome: "failed", order, message: "no space" } }, /^not saved: no space$/],
    ["silence", { unanswered: { Error: "States.Timeout" } }, /did not answer in time$/],
    ["nonsense", { answer: 7 }, /was not understood$/],
  ])("of %s is not saved, and the record keeps what it has", async (_, told, message) => {
    expect(await judge(told)).toMatchObject({
      ...{ outcome: "not-saved", id: "" },
      message: expect.stringMatching(message),
    });
    expect(writes().map((write) => Object.keys(write.ExpressionAttributeValues ?? {}))).toEqual([
      [":self", ":set_backup"],
    ]);
    expect(emitted()).toBe(0);
  });

  it("is told although an end has begun, whose own save the record then keeps", async () => {
    table.on(UpdateCommand).rejectsOnce(conditionFails).resolves({});
    expect(await judge({ answer })).toMatchObject({ outcome: "saved", id: "abc" });
    expect(emitted()).toBe(0);
  });
});
