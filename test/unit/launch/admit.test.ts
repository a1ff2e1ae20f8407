import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { admit } from "../../../functions/launch/admit.ts";
import { launchArn, minutesAfter, now, publicKey, session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const input = { blueprint: "admin", publicKey, sourceCidr: "203.0.113.7/32", maximumRuntimeMinutes: 60 };
const run = (different: object = {}) =>
  admit({ step: "admit", session: "tea", execution: launchArn, input, ...different });
const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: "",
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const itemOf = (id: string) => table.on(GetCommand, { Key: { id } }, false);
const written = () =>
  table.commandCalls(TransactWriteCommand).flatMap(({ args }) => args[0].input.TransactItems ?? []);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  table.reset();
  table.on(GetCommand).resolves({});
  table.on(TransactWriteCommand).resolves({});
});

describe("admit", () => {
  it("records the session before anything of it exists, with the time at which it must end", async () => {
    expect(await run()).toMatchObject({
      outcome: "admitted",
      message: expect.stringContaining("$0.03 by this one"),
    });
    expect(written()[0]?.Put?.Item).toEqual(
      session({ expiresAt: minutesAfter(60).toISOString(), estimate: 0.0267 }),
    );
  });

  it("writes down who asks, in the words of the caller", async () => {
    await run({ input: { ...input, requestedBy: "me@laptop" } });
    expect(written()[0]?.Put?.Item).toMatchObject({ requestedBy: "me@laptop" });
  });

  it("writes down what the machine is to begin with", async () => {
    await run({ input: { blueprint: "devbox", restore: "0a1b2c3d" } });
    expect(written()[0]?.Put?.Item).toMatchObject({ restore: "0a1b2c3d" });
  });

  it("writes down the variant and the disk that are configured, and the variant that is asked for instead", async () => {
    await run({ input: { blueprint: "devbox" } });
    expect(written()[0]?.Put?.Item).toMatchObject({ variant: "debian-12-arm64", rootGiB: 16 });
    await run({ input: { blueprint: "devbox", variant: "debian-13-amd64" } });
    expect(written()[3]?.Put?.Item).toMatchObject({ variant: "debian-13-amd64", rootGiB: 16 });
  });

  it("reckons with the dearest type of the variant, and with the disk that is configured", async () => {
    const choices = { devbox: { variant: "debian-13-amd64", rootGiB: 8 } };
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, choices }));
    vi.resetModules();
    const { admit: freshAdmit } = await import("../../../functions/launch/admit.ts");
    const asked = { blueprint: "devbox", maximumRuntimeMinutes: 60 };
    await freshAdmit({ step: "admit", session: "tea", execution: launchArn, input: asked });
    expect(written()[0]?.Put?.Item).toMatchObject({ estimate: 0.1246 });
  });

  it("lets the configured address in where the port is opened on request, if it is allowed to", async () => {
    const letIn = async (blueprint: string, different: object, sourceCidr?: string) => {
      vi.resetModules();
      vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, ...different }));
      const fresh = await import("../../../functions/launch/admit.ts");
      table.reset();
      table.on(GetCommand).resolves({});
      table.on(TransactWriteCommand).resolves({});
      const asked = { blueprint, ...(sourceCidr !== undefined && { sourceCidr }) };
      await fresh.admit({ step: "admit", session: "tea", execution: launchArn, input: asked });
      return written()[0]?.Put?.Item?.sourceCidr;
    };
    const configured = { allowSsh: true, sshAllowedCidr: "192.0.2.1/32" };
    expect(await letIn("devbox", configured)).toBe("192.0.2.1/32");
    expect(await letIn("devbox", configured, "198.51.100.4/32")).toBe("198.51.100.4/32");
    expect(await letIn("devbox", { ...configured, allowSsh: false })).toBeUndefined();
    expect(await letIn("devbox", { ...configured, sshAllowedCidr: null })).toBeUndefined();
    expect(await letIn("admin", configured)).toBeUndefined();
  });

  it("takes its place in the same write, so that there is none without a record", async () => {
    await run();
    expect(written()[1]?.Update).toMatchObject({
      Key: { id: "#live" },
      ExpressionAttributeValues: { ":self": new Set(["tea"]), ":places": 3, ":estimate": 0.0267 },
    });
  });

  it("ends on a whole second, because a schedule knows no other", async () => {
    vi.setSystemTime(new Date("2026-11-20T12:00:00.001Z"));
    await run();
    expect(written()[0]?.Put?.Item?.expiresAt).toBe("2026-11-20T13:00:01.000Z");
  });

  it("gives a place only while the month is open, in the same write; a forced session gets one and says so", async () => {
    await run();
    expect(written()[2]?.ConditionCheck).toMatchObject({
      Key: { id: "#month-2026-11" },
      ConditionExpression: "attribute_not_exists(budgetReachedAt) OR budgetReached < :budget",
      ExpressionAttributeValues: { ":budget": settings.monthlyBudget },
    });
    expect(written()[0]?.Put?.Item).not.toHaveProperty("forced");
    await run({ input: { ...input, force: true } });
    expect(written()[3]?.Put?.Item).toMatchObject({ forced: true });
    expect(written()).toHaveLength(5);
  });

  it("refuses when the month was closed between look and write", async () => {
    itemOf("#month-2026-11")
      .resolvesOnce({})
      .resolves({ Item: { budgetReachedAt: now.toISOString() } });
    table.on(TransactWriteCommand).rejects(cancelled("None", "None", "ConditionalCheckFailed"));
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("budget is spent"),
    });
  });

  it.each([
    [settings.monthlyBudget - 1, "admitted"],
    [settings.monthlyBudget, "refused"],
    [undefined, "refused"],
  ])("a month that was closed when the budget was %s: %s", async (budgetReached, outcome) => {
    itemOf("#month-2026-11").resolves({ Item: { budgetReachedAt: now.toISOString(), budgetReached } });
    expect((await run()).outcome).toBe(outcome);
  });

  it("creates nothing for an input that is refused", async () => {
    expect(await run({ input: { ...input, blueprint: "castle" } })).toMatchObject({ outcome: "refused" });
    expect(table.calls()).toHaveLength(0);
  });

  it("refuses what the deployment has not opted into, and says how to", async () => {
    expect(await run({ input: { blueprint: "backup-target" } })).toEqual({
      outcome: "refused",
      message:
        'blueprint: "backup-target" is not accepted (allowed: admin, devbox, retention; backup-target when backupTarget is configured and deployed)',
    });
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });

  it("creates nothing for an id with odd characters, and shows what is allowed", async () => {
    const { outcome, message } = await run({ session: "tea/../1" });
    expect(outcome).toBe("refused");
    expect(message).toMatch(/^execution name: "tea\/\.\.\/1" is not accepted .*letters, digits and hyphens/);
    expect(table.calls()).toHaveLength(0);
  });

  it("joins its own earlier attempt", async () => {
    itemOf("tea").resolves({ Item: session() });
    expect((await run()).outcome).toBe("admitted");
    expect(written()).toEqual([]);
  });

  it("joins its own attempt whose reply was lost", async () => {
    itemOf("tea").resolvesOnce({}).resolves({ Item: session() });
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    expect((await run()).outcome).toBe("admitted");
  });

  it("refuses an id that another launch has, live or long ended", async () => {
    for (const status of ["launching", "ready", "ended"] as const) {
      itemOf("tea").resolves({ Item: session({ status, launchExecution: "another" }) });
      expect(await run()).toMatchObject({
        outcome: "refused",
        message: expect.stringContaining("exists already"),
      });
    }
    expect(written()).toEqual([]);
  });

  it("refuses the id when another launch took it between look and write", async () => {
    itemOf("tea")
      .resolvesOnce({})
      .resolves({ Item: session({ launchExecution: "another" }) });
    table.on(TransactWriteCommand).rejects(cancelled("ConditionalCheckFailed", "None"));
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("exists already"),
    });
  });

  it("refuses one session too many, with the figure", async () => {
    itemOf("#live").resolves({ Item: { sessions: new Set(["a", "b", "c"]), committed: 0.3 } });
    expect(await run()).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("3 sessions are live"),
    });
    expect(written()).toEqual([]);
  });

  it("refuses when the last place went between look and write", async () => {
    itemOf("#live")
      .resolvesOnce({ Item: { sessions: new Set(["a", "b"]) } })
      .resolves({ Item: { sessions: new Set(["a", "b", "c"]) } });
    table.on(TransactWriteCommand).rejects(cancelled("None", "ConditionalCheckFailed"));
    expect((await run()).outcome).toBe("refused");
  });

  it.each([
    ["was spent", "#month-2026-11", { cost: 1.99 }, "$1.99 spent"],
    [
      "live sessions may still spend",
      "#live",
      { sessions: new Set(["a"]), committed: 1.98 },
      "$1.98 more at most",
    ],
  ])(
    "refuses what would break the month's budget with what %s, unless forced",
    async (_, id, Item, figure) => {
      itemOf(id).resolves({ Item });
      expect(await run()).toMatchObject({ outcome: "refused", message: expect.stringContaining(figure) });
      expect((await run({ input: { ...input, force: true } })).outcome).toBe("admitted");
    },
  );

  it.each([
    ["a clash with another write", cancelled("None", "TransactionConflict")],
    ["an outage", new Error("table unreachable")],
  ])("throws %s, for the workflow to try again", async (_, error) => {
    table.on(TransactWriteCommand).rejects(error);
    await expect(run()).rejects.toBe(error);
  });
});
