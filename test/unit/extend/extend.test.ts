import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { extend } from "../../../functions/extend/extend.ts";
import { machine, minutesAfter, now, session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const ready = session({ status: "ready", machine, readyAt: now.toISOString(), estimate: 0.1067 });
const at = (minutes: number) => minutesAfter(minutes).toISOString();
const run = (input: unknown = { session: "tea", extendMinutes: 60 }) =>
  extend({ step: "extend", execution: "longer", input });
const itemOf = (id: string) => table.on(GetCommand, { Key: { id } }, false);
const writes = () => table.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.TransactItems);
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: "",
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.useFakeTimers({ now: minutesAfter(60) });
  table.reset();
  table.on(GetCommand).resolves({});
  itemOf("tea").resolves({ Item: ready });
  table.on(TransactWriteCommand).resolves({});
});

describe("extend", () => {
  it("moves the end and commits the dollars in one write", async () => {
    expect(await run()).toEqual({
      outcome: "extended",
      session: "tea",
      expiresAt: at(300),
      heldUntil: null,
      message: `session "tea" ends at ${at(300)}`,
    });
    const [record, live] = writes()[0] ?? [];
    expect(record?.Update).toMatchObject({
      Key: { id: "tea" },
      ExpressionAttributeValues: { ":expiresAt": at(300), ":seen": at(240), ":self": new Set(["longer"]) },
    });
    expect(live?.Update).toMatchObject({
      Key: { id: "#live" },
      ExpressionAttributeValues: { ":added": 0.0267, ":room": 1.9733 },
    });
  });

  it("writes only if nobody has begun to end the session, and no other extension came between", async () => {
    await run();
    const condition = writes()[0]?.[0]?.Update?.ConditionExpression;
    for (const part of [
      "attribute_not_exists(claim)",
      "attribute_not_exists(#reason)",
      "#status <> :ended",
      "expiresAt = :seen",
      "attribute_not_exists(extendedBy)",
    ]) {
      expect(condition).toContain(part);
    }
    itemOf("tea").resolves({ Item: { ...ready, extendedBy: new Set(["one", "two"]) } });
    await run();
    expect(writes()[1]?.[0]?.Update).toMatchObject({
      ConditionExpression: expect.stringContaining("size(extendedBy) = :before"),
      ExpressionAttributeValues: { ":before": 2 },
    });
  });

  it("answers the notice of an end, if it is still the one that was judged", async () => {
    await run();
    expect(writes()[0]?.[0]?.Update?.ConditionExpression).toContain("attribute_not_exists(notice)");
    const notice = { reason: "idle", toldAt: at(59), endsAt: at(64) };
    itemOf("tea").resolves({ Item: { ...ready, notice } });
    await run();
    await run({ session: "tea", holdMinutes: 30 });
    const [, longer, held] = writes().map((items) => items?.[0]?.Update);
    expect(longer?.UpdateExpression).toContain("REMOVE heldUntil, notice");
    expect(held?.UpdateExpression).toContain(", heldUntil = :heldUntil REMOVE notice ADD");
    for (const write of [longer, held]) {
      expect(write?.ConditionExpression).toContain("notice.toldAt = :toldAt");
      expect(write?.ExpressionAttributeValues).toMatchObject({ ":toldAt": at(59) });
    }
  });

  it("holds without touching the books, and releases by taking the field away", async () => {
    expect(await run({ session: "tea", holdMinutes: 30 })).toMatchObject({ heldUntil: at(90) });
    expect(await run({ session: "tea", holdMinutes: 0 })).toMatchObject({ heldUntil: null });
    const [hold, release] = writes();
    expect(hold).toHaveLength(1);
    expect(hold?.[0]?.Update?.UpdateExpression).toContain(", heldUntil = :heldUntil");
    expect(release?.[0]?.Update?.UpdateExpression).toContain("REMOVE heldUntil");
    expect(release?.[0]?.Update?.ExpressionAttributeValues).not.toHaveProperty(":heldUntil");
  });

  it("refuses an input before it looks at anything", async () => {
    expect(await run({ session: "tea" })).toEqual({
      outcome: "refused",
      session: "",
      expiresAt: "",
      heldUntil: null,
      message: expect.stringMatching(/^extendMinutes: missing/),
    });
    expect(table.calls()).toHaveLength(0);
  });

  it("refuses what is judged so, and writes nothing", async () => {
    itemOf("tea").resolves({});
    expect(await run()).toMatchObject({ outcome: "refused", message: expect.stringContaining("not known") });
    expect(writes()).toEqual([]);
  });

  it("run again after a lost reply finds its own name in the record and extends no more", async () => {
    const done = { ...ready, expiresAt: at(300), extendedBy: new Set(["longer"]) };
    itemOf("tea").resolvesOnce({ Item: ready }).resolves({ Item: done });
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    expect(await run()).toMatchObject({ outcome: "extended", expiresAt: at(300) });
    expect(writes()).toHaveLength(1);
  });

  it("judges anew when another extension came between", async () => {
    const other = { ...ready, expiresAt: at(700), extendedBy: new Set(["another"]) };
    itemOf("tea").resolvesOnce({ Item: ready }).resolves({ Item: other });
    table.on(TransactWriteCommand).rejectsOnce(cancelled("ConditionalCheckFailed", "None"));
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("1 to 20 min"),
    });
  });

  it("refuses when a teardown has claimed the session between look and write", async () => {
    itemOf("tea")
      .resolvesOnce({ Item: ready })
      .resolves({ Item: { ...ready, reason: "idle" } });
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: 'session "tea" is being ended (idle); launch another one',
    });
  });

  it("throws when the session changes at every look, for the workflow to try again", async () => {
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    await expect(run()).rejects.toThrow(/changed at every look/);
    expect(writes()).toHaveLength(3);
  });

  it.each([
    ["a clash with another write", cancelled("None", "TransactionConflict")],
    ["an outage", new Error("table unreachable")],
  ])("throws %s likewise", async (_, error) => {
    table.on(TransactWriteCommand).rejects(error);
    await expect(run()).rejects.toBe(error);
  });
});
