import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { CreateTagsCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SendTaskFailureCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import type { SessionRecord } from "../../../functions/session/record.ts";
import { askSave } from "../../../functions/teardown/ask-save.ts";
import { awaitInterruption } from "../../../functions/teardown/await-interruption.ts";
import { judgeSave } from "../../../functions/teardown/judge-save.ts";
import { keep } from "../../../functions/teardown/keep.ts";
import { planSave } from "../../../functions/teardown/plan-save.ts";
import { claimedBy, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const events = mockClient(EventBridgeClient);
const s3 = mockClient(S3Client);
const sfn = mockClient(SFNClient);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);

const saving = (different: Partial<SessionRecord> = {}) =>
  session({
    ...{ blueprint: "stand-in", status: "ready", machine, readyAt: now.toISOString(), reason: "idle" },
    ...{ generation: 1, claim: claimedBy(teardownArn(1)) },
    ...different,
  });
const recordIs = (different: Partial<SessionRecord>) =>
  table.on(GetCommand).resolves({ Item: saving(different) });
const machineIs = (Name: "running" | "shutting-down" | "terminated") =>
  ec2
    .on(DescribeInstancesCommand)
    .resolves({ Reservations: [{ Instances: [{ InstanceId: machine.instanceId, State: { Name } }] }] });
const snapshotsAre = (...found: [id: string, at: Date][]) =>
  s3.on(ListObjectsV2Command).resolves({
    Contents: found.map(([id, LastModified]) => ({ Key: `stand-in/snapshots/${id}`, LastModified })),
  });
const event = { session: "tea", execution: teardownArn(1) };
const written = () =>
  table.commandCalls(UpdateCommand).map(({ args }) => args[0].input.ExpressionAttributeValues);
const told = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
const emitted = () =>
  events
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries?.map(({ DetailType }) => DetailType));

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [ec2, events, s3, sfn, sns, ssm, table]) client.reset();
  recordIs({});
  machineIs("running");
  snapshotsAre(["abc", now]);
  table.on(UpdateCommand).resolves({});
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ec2.on(CreateTagsCommand).resolves({});
});

describe.each([
  ["plan-save", () => planSave(event)],
  [
    "judge-save",
    () => judgeSave({ ...event, story: { save: { order: "save end-1", at: now.toISOString() } } }),
  ],
  ["await-interruption", () => awaitInterruption(event)],
  ["ask-save", () => askSave({ ...event, order: "save end-1", token: "the-token" })],
])("%s of a teardown that was taken over", (_, run) => {
  it("does nothing, and says by whom", async () => {
    recordIs({ claim: claimedBy(teardownArn(2)) });
    expect((await run()).outcome).toBe("overtaken");
    expect([...written(), ...told(), ...emitted()]).toEqual([]);
    expect(ec2.commandCalls(CreateTagsCommand)).toEqual([]);
    expect(ssm.calls()).toEqual([]);
  });
});

describe("the plan", () => {
  it("asks, and says when that was", async () => {
    expect(await planSave(event)).toEqual({
      ...{ outcome: "ask", order: "save end-1", at: now.toISOString() },
      message: "what it holds is saved first",
    });
  });

  it("says of a machine that is gone what there is to restore from", async () => {
    machineIs("terminated");
    snapshotsAre(["old", minutesAfter(-60)], ["new", minutesAfter(-10)], ["older", minutesAfter(-90)]);
    const { outcome, message } = await planSave(event);
    expect(outcome).toBe("terminate");
    expect(message).toBe(
      "the machine was gone before it could save; the newest snapshot of any stand-in is new of 2026-11-20T11:50:00.000Z",
    );
    expect(written()[0]).toMatchObject({ ":set_save": { outcome: "no-answer", message } });
  });

  it("keeps what was saved before the machine was gone", async () => {
    machineIs("terminated");
    recordIs({ save: { outcome: "saved", message: "all", id: "abc", at: now.toISOString() } });
    expect((await planSave(event)).message).toContain("its last save is abc of 2026-11-20T12:00:00.000Z");
    expect(written()).toEqual([]);
  });

  it("says of a session that has ended what it ended with, and changes nothing", async () => {
    const ending = { endedAt: now.toISOString(), saved: "all", hours: 1, cost: 1, onDemandCost: 1 };
    recordIs({ status: "ended", ending });
    expect(await planSave(event)).toMatchObject({ outcome: "terminate", message: "all" });
    expect(written()).toEqual([]);
  });

  it("of a session without a record is to end it", async () => {
    table.on(GetCommand).resolves({});
    expect((await planSave(event)).outcome).toBe("terminate");
  });

  it("gives up loudly where attempts break off long after the cap", async () => {
    recordIs({ generation: 9 });
    vi.setSystemTime(minutesAfter(3 * 24 * 60));
    expect(await planSave(event)).toMatchObject({ outcome: "terminate" });
    expect(told()[0]?.Subject).toBe("Moonbase session tea ends although its data could not be saved");
  });

  it("gives up although the bucket is what they break off at", async () => {
    recordIs({ generation: 9 });
    vi.setSystemTime(minutesAfter(3 * 24 * 60));
    s3.on(ListObjectsV2Command).rejects(Object.assign(new Error("no"), { name: "AccessDenied" }));
    expect(await planSave(event)).toMatchObject({
      outcome: "terminate",
      message: expect.stringContaining("the snapshots of any stand-in could not be listed (AccessDenied)"),
    });
  });
});

describe("asking", () => {
  const ask = () => askSave({ ...event, order: "save end-1", token: "the-token" });
  const failed = () => sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input;

  it("leaves a note that the machine alone can read, and then tells it by a tag", async () => {
    expect(await ask()).toEqual({ outcome: "asked" });
    const { input } = ssm.commandCalls(PutParameterCommand)[0]?.args[0] ?? {};
    expect(input).toMatchObject({
      Name: `/moonbase/machines/${machine.instanceId}/save`,
      Type: "SecureString",
      Tags: expect.arrayContaining([
        { Key: "moonbase:session", Value: "tea" },
        {
          Key: "moonbase:machine",
          Value: `arn:aws:ec2:us-east-1:000000000000:instance/${machine.instanceId}`,
        },
      ]),
    });
    expect(JSON.parse(input?.Value ?? "")).toEqual({ order: "save end-1", taskToken: "the-token" });
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input).toEqual({
      Resources: [machine.instanceId],
      Tags: [{ Key: "moonbase:wants", Value: "save end-1" }],
    });
  });

  it("tells nothing by a tag when the note could not be left, and fails through the token too", async () => {
    ssm.on(PutParameterCommand).rejects(Object.assign(new Error("secret"), { name: "ThrottlingException" }));
    await expect(ask()).rejects.toThrow();
    expect(ec2.commandCalls(CreateTagsCommand)).toEqual([]);
    expect(failed()).toEqual({ taskToken: "the-token", error: "AskFailed", cause: "ThrottlingException" });
  });

  it("does not wait for a machine that has died", async () => {
    machineIs("shutting-down");
    expect(await ask()).toEqual({ outcome: "machine-gone" });
    expect(failed()).toMatchObject({ error: "MachineGone" });
  });
});

describe("judging an answer", () => {
  const save = { order: "save end-1", at: now.toISOString() };
  const good = { outcome: "saved", order: "save end-1", id: "abc", message: "all", seconds: 2 };
  const judge = (story: object) => judgeSave({ ...event, story: { save, ...story } });

  it("believes what it sees, writes it down and tells everybody", async () => {
    vi.setSystemTime(minutesAfter(1));
    const at = minutesAfter(1).toISOString();
    expect(await judge({ answer: good })).toEqual({
      outcome: "terminate",
      message: "all (snapshot abc)",
      at,
    });
    expect(s3.commandCalls(ListObjectsV2Command)[0]?.args[0].input).toMatchObject({
      Bucket: settings.backupBucket,
      Prefix: "stand-in/snapshots/abc",
    });
    expect(written()[0]).toMatchObject({
      ":set_save": { outcome: "saved", message: "all", id: "abc", order: "save end-1", at, seconds: 2 },
    });
    expect(emitted()).toEqual(["saved"]);
  });

  it("does it once: a repeated step finds what it has written", async () => {
    const done = {
      outcome: "saved" as const,
      message: "all",
      id: "abc",
      ...save,
      at: minutesAfter(1).toISOString(),
    };
    recordIs({ save: done });
    vi.setSystemTime(minutesAfter(2));
    expect(await judge({ answer: good })).toMatchObject({ outcome: "terminate", at: done.at });
    expect([...written(), ...emitted()]).toEqual([]);
  });

  it("takes nothing that was written for an earlier attempt", async () => {
    recordIs({
      save: { outcome: "saved", message: "all", id: "abc", ...save, at: minutesAfter(-1).toISOString() },
    });
    expect((await judge({ answer: { ...good, outcome: "failed" } })).outcome).toBe("keep");
  });

  it.each([
    ["a snapshot that only begins like it", { answer: good }, [["abcd", now]], "there is no snapshot abc"],
    ["an older one", { answer: good }, [["abc", minutesAfter(-1)]], "before it was asked for"],
    ["another order", { answer: { ...good, order: "save end-0" } }, [["abc", now]], "answered another order"],
    ["no id", { answer: { ...good, id: undefined } }, [["abc", now]], "named no snapshot"],
    ["a path for an id", { answer: { ...good, id: "../abc" } }, [["abc", now]], "not understood"],
    ["nonsense", { answer: "tea" }, [["abc", now]], "not understood"],
    [
      "a failure",
      { answer: { ...good, outcome: "failed", message: "no space" } },
      [["abc", now]],
      "no space",
    ],
    [
      "nothing in time",
      { unanswered: { Error: "States.Timeout" } },
      [["abc", now]],
      "did not answer in time",
    ],
    [
      "nothing, because it was not asked",
      { unanswered: { Error: "AskFailed", Cause: "AccessDenied" } },
      [["abc", now]],
      "could not be asked (AskFailed: AccessDenied)",
    ],
    [
      "nothing, because it is gone",
      { unanswered: { Error: "MachineGone", Cause: "the machine is terminated; it can save nothing more" } },
      [["abc", now]],
      "the machine is terminated; it can save nothing more",
    ],
  ] as const)("keeps a machine that says %s", async (_, story, found, why) => {
    snapshotsAre(...found.map(([id, at]): [string, Date] => [id, at]));
    expect(await judge(story)).toMatchObject({ outcome: "keep", message: expect.stringContaining(why) });
    expect(emitted()).toEqual([]);
  });

  it("says in whole words what was said in a dead machine's place", async () => {
    const cause = "the machine is terminated; it can save nothing more";
    const { message } = await judge({ unanswered: { Error: "MachineGone", Cause: cause } });
    expect(message).toBe(cause);
  });

  it("believes a save that the machine began by itself when spot gave notice", async () => {
    const interruptedAt = now.toISOString();
    recordIs({ reason: "interrupted", interruptedAt });
    snapshotsAre(["abc", minutesAfter(-1)]);
    const story = {
      save: { ...save, order: "save interruption" },
      answer: { ...good, order: "save interruption" },
    };
    expect(await judge(story)).toMatchObject({
      outcome: "await-interruption",
      message: "all (snapshot abc)",
    });
    snapshotsAre(["abc", minutesAfter(-3)]);
    expect((await judge(story)).message).toContain("before it was asked for");
  });

  it("gives up at the cap, and says so loudly before anything is ended", async () => {
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
    vi.setSystemTime(minutesAfter(26 * 60));
    const { outcome, message } = await judge({ unanswered: { Error: "States.Timeout" } });
    expect(outcome).toBe("terminate");
    expect(message).toBe(
      "not saved: the machine did not answer in time; its time was over at 2026-11-21T14:00:00.000Z; the newest snapshot of any stand-in is abc of 2026-11-20T12:00:00.000Z",
    );
    expect(told()[0]?.Message).toContain(message);
  });

  it("leaves it to whoever took the session over meanwhile", async () => {
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
    expect((await judge({ answer: good })).outcome).toBe("overtaken");
  });
});

describe("watching an interruption", () => {
  const interrupted = { reason: "interrupted" as const, interruptedAt: now.toISOString() };
  const saved = { outcome: "saved" as const, message: "all", id: "abc", at: now.toISOString() };

  it.each([
    ["is there", "running", 4, saved, "not-yet", "all (snapshot abc)"],
    ["is gone", "terminated", 1, saved, "terminate", "all (snapshot abc)"],
    [
      "is gone unsaved",
      "terminated",
      1,
      undefined,
      "terminate",
      /^not saved: it was never asked; the machine is gone/,
    ],
    ["was spared, and has saved", "running", 5, saved, "terminate", "all (snapshot abc)"],
    ["was spared, and has not saved", "running", 5, undefined, "keep", "it was never asked"],
  ] as const)("of a machine that %s", async (_, state, at, save, outcome, message) => {
    recordIs({ ...interrupted, ...(save !== undefined && { save }) });
    machineIs(state);
    vi.setSystemTime(minutesAfter(at));
    const found = await awaitInterruption(event);
    expect(found).toMatchObject({ outcome, at: minutesAfter(at).toISOString() });
    expect(found.message).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });
});

describe("a machine that is kept", () => {
  const run = () => keep({ ...event, why: "no space (1)" });

  it("bears the reason, in the words that a tag may have", async () => {
    expect(await run()).toEqual({ message: "not saved: no space (1)" });
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Tags).toEqual([
      { Key: "moonbase:kept", Value: "no space  1 " },
    ]);
  });

  it("is told of: why, what to do, when it is tried again, until when it is kept", async () => {
    await run();
    expect(told()[0]?.Subject).toBe("Moonbase session tea is kept: it could not be saved");
    const message = told()[0]?.Message ?? "";
    expect(message).toContain("no space (1)");
    expect(message).toContain("by itself in about 2 minutes");
    expect(message).toContain("after 2026-11-21T14:00:00.000Z it is ended");
    expect(message).toContain(`aws ec2 terminate-instances --instance-ids ${machine.instanceId}`);
    expect(emitted()).toEqual(["kept"]);
  });

  it("is counted, from the first time on, and once for each teardown", async () => {
    const before = {
      since: minutesAfter(-60).toISOString(),
      why: "no answer",
      attempts: 2,
      execution: teardownArn(0),
    };
    recordIs({ kept: before });
    await run();
    expect(written()[0]).toMatchObject({
      ":set_kept": { since: before.since, why: "no space (1)", attempts: 3, execution: teardownArn(1) },
    });
    recordIs({ kept: { ...before, execution: teardownArn(1) } });
    await run();
    expect(written()).toHaveLength(1);
    expect(emitted()).toEqual(["kept"]);
  });

  it("is not kept by a teardown that was taken over", async () => {
    recordIs({ claim: claimedBy(teardownArn(2)) });
    expect((await run()).message).toContain("was taken over by");
    expect([...written(), ...told()]).toEqual([]);
    expect(ec2.commandCalls(CreateTagsCommand)).toEqual([]);
  });
});
