import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DeleteScheduleCommand, ResourceNotFoundException, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { account } from "../../../functions/teardown/account.ts";
import { listenToMetrics } from "../fixture/metrics.ts";
import { claimedBy, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const scheduler = mockClient(SchedulerClient);
const table = mockClient(DynamoDBDocumentClient);
const run = () => account({ step: "account", session: "tea", saved: "admin keeps nothing" });
const ready = session({ status: "ready", machine, reason: "idle" });
const ending = { endedAt: now.toISOString(), saved: "before", hours: 2, cost: 0.02, onDemandCost: 0.05 };

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.useFakeTimers({ now: minutesAfter(60) });
  scheduler.reset();
  table.reset();
  table.on(GetCommand).resolves({ Item: ready });
  table.on(TransactWriteCommand).resolves({});
  scheduler.on(DeleteScheduleCommand).resolves({});
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("account", () => {
  it("closes record, month and place in one write, then dismisses the undertaker", async () => {
    expect(await run()).toMatchObject({
      session: "tea",
      reason: "idle",
      saved: "admin keeps nothing",
      hours: 1,
    });
    const items = table.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems;
    expect(items?.map((item) => item.Update?.Key?.id)).toEqual(["tea", "#month-2026-11", "#live"]);
    expect(scheduler.commandCalls(DeleteScheduleCommand)).toHaveLength(1);
  });

  it("names the teardown that closed it, because its claim goes", async () => {
    table.on(GetCommand).resolves({ Item: { ...ready, claim: claimedBy(teardownArn(1)) } });
    await run();
    const [close] = table.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems ?? [];
    expect(close?.Update?.ExpressionAttributeValues?.[":ending"]).toMatchObject({ teardown: teardownArn(1) });
  });

  it("counts hours, cost and end when the books are closed, and not when they were", async () => {
    const metrics = listenToMetrics();
    await run();
    expect(metrics().map(({ values }) => values)).toEqual([
      { SessionsEnded: 1, SessionHours: 1, SessionCost: expect.closeTo(0.0134, 3), LaunchesFailed: 1 },
    ]);
    table.on(GetCommand).resolves({ Item: { ...ready, status: "ended", ending } });
    await run();
    expect(metrics()).toHaveLength(1);
  });

  it("counts no failed launch where the machine had been ready", async () => {
    table.on(GetCommand).resolves({ Item: { ...ready, readyAt: now.toISOString() } });
    const metrics = listenToMetrics();
    await run();
    expect(metrics()[0]?.values).not.toHaveProperty("LaunchesFailed");
  });

  it("of a session that is closed adds nothing to the month", async () => {
    table.on(GetCommand).resolves({ Item: { ...ready, status: "ended", ending } });
    expect(await run()).toMatchObject({ saved: "before", hours: 2, cost: 0.02 });
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(0);
  });

  it("takes the other's figures when another closed it between look and write", async () => {
    table
      .on(GetCommand)
      .resolvesOnce({ Item: ready })
      .resolves({ Item: { ...ready, ending } });
    table.on(TransactWriteCommand).rejects(
      new TransactionCanceledException({
        message: "",
        $metadata: {},
        CancellationReasons: [{ Code: "ConditionalCheckFailed" }],
      }),
    );
    expect(await run()).toMatchObject({ hours: 2 });
  });

  it("keeps the undertaker while the books cannot be closed", async () => {
    table
      .on(TransactWriteCommand)
      .rejects(new TransactionCanceledException({ message: "conflict", $metadata: {} }));
    await expect(run()).rejects.toThrow("conflict");
    expect(scheduler.calls()).toHaveLength(0);
  });

  it("succeeds when the undertaker has left already", async () => {
    scheduler
      .on(DeleteScheduleCommand)
      .rejects(new ResourceNotFoundException({ message: "", Message: "", $metadata: {} }));
    expect((await run()).session).toBe("tea");
  });

  it("has nothing to close for a session that has no record", async () => {
    table.on(GetCommand).resolves({});
    expect(await run()).toMatchObject({ hours: 0, cost: 0 });
    expect(table.commandCalls(TransactWriteCommand)).toHaveLength(0);
    expect(scheduler.commandCalls(DeleteScheduleCommand)).toHaveLength(1);
  });

  it("stops the clock when the machine was seen gone, not when the rest was cleaned up", async () => {
    table.on(GetCommand).resolves({ Item: { ...ready, goneAt: minutesAfter(30).toISOString() } });
    expect((await run()).hours).toBe(0.5);
  });

  it("gives back what the session held of the budget", async () => {
    await run();
    const items = table.commandCalls(TransactWriteCommand)[0]?.args[0].input.TransactItems;
    expect(items?.[2]?.Update?.ExpressionAttributeValues?.[":back"]).toBe(-0.1);
  });
});
