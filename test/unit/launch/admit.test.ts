import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { admit } from "../../../functions/launch/admit.ts";
import { launchArn, minutesAfter, now, publicKey, session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const input = { blueprint: "admin", publicKey, sourceCidr: "203.0.113.7/32", maximumRuntimeMinutes: 60 };
const run = (different: object = {}) =>
  admit({ step: "admit", session: "tea", execution: launchArn, input, ...different });
const conditionFails = new ConditionalCheckFailedException({ message: "", $metadata: {} });
const recordOf = (id: string) => table.on(GetCommand, { Key: { id } }, false);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  table.reset();
  table.on(GetCommand).resolves({});
  table.on(PutCommand).resolves({});
  table.on(UpdateCommand).resolves({});
});

describe("admit", () => {
  it("records the session before anything of it exists, with the time at which it must end", async () => {
    expect(await run()).toMatchObject({
      outcome: "admitted",
      message: expect.stringContaining("at most $0.03"),
    });
    expect(table.commandCalls(PutCommand)[0]?.args[0].input.Item).toEqual({
      ...session({ expiresAt: minutesAfter(60).toISOString() }),
    });
  });

  it("creates nothing for an input that is refused", async () => {
    expect(await run({ input: { ...input, blueprint: "castle" } })).toMatchObject({ outcome: "refused" });
    expect(table.calls()).toHaveLength(0);
  });

  it("creates nothing for an id with odd characters, and shows what is allowed", async () => {
    const { outcome, message } = await run({ session: "tea/../1" });
    expect(outcome).toBe("refused");
    expect(message).toMatch(/^execution name: "tea\/\.\.\/1" is not accepted .*letters, digits and hyphens/);
    expect(table.calls()).toHaveLength(0);
  });

  it("joins its own earlier attempt", async () => {
    table.on(GetCommand).resolves({ Item: session() });
    expect((await run()).outcome).toBe("admitted");
    expect(table.commandCalls(PutCommand)).toHaveLength(0);
  });

  it("refuses an id that another launch has, live or long ended", async () => {
    for (const status of ["launching", "ready", "ended"] as const) {
      table.on(GetCommand).resolves({ Item: session({ status, launchExecution: "another" }) });
      expect(await run()).toMatchObject({
        outcome: "refused",
        message: expect.stringContaining("exists already"),
      });
    }
    expect(table.commandCalls(PutCommand)).toHaveLength(0);
  });

  it("refuses the id when another launch took it between look and write", async () => {
    table
      .on(GetCommand)
      .resolvesOnce({})
      .resolvesOnce({})
      .resolves({ Item: session({ launchExecution: "another" }) });
    table.on(PutCommand).rejects(conditionFails);
    expect((await run()).outcome).toBe("refused");
  });

  it("refuses one session too many, with the figure", async () => {
    table.on(UpdateCommand).rejects(conditionFails);
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("3 sessions are live"),
    });
    expect(table.commandCalls(PutCommand)).toHaveLength(0);
  });

  it("refuses what would break the month's budget, unless forced", async () => {
    recordOf("#month-2026-11").resolves({ Item: { cost: 1.99 } });
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("$1.99 spent"),
    });
    expect((await run({ input: { ...input, force: true } })).outcome).toBe("admitted");
  });

  it("throws what is not an answer, for the workflow to retry", async () => {
    table.on(PutCommand).rejects(new Error("table unreachable"));
    await expect(run()).rejects.toThrow("table unreachable");
  });
});
