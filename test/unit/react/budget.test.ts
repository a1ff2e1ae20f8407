import { EC2Client } from "@aws-sdk/client-ec2";
import { SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { readAlert } from "../../../functions/react/budget-prose.ts";
import { decideOnBudget } from "../../../functions/react/decisions/budget.ts";
import { handler } from "../../../functions/react/handler.ts";
import { month } from "../../../functions/session/ledger-items.ts";
import { alertEvent, prose } from "../fixture/budget.ts";
import { machine, minutesAfter, now, session, settings } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0) });
const spent = { "Alert Threshold": "> $2.00", "ACTUAL Amount": "$2.10" };
const foreseen = { ...spent, "Alert Type": "FORECASTED" };
const closed = month.parse({ budgetReachedAt: at(-60) });
const decide = (lines: Parameters<typeof prose>[0], different: object = {}) =>
  decideOnBudget(
    {
      alert: readAlert(prose(lines)),
      sentAt: now,
      ourBudget: "moonbase-monthly",
      monthlyBudget: 2,
      month: closed,
      sessions: [ready, { ...ready, id: "coffee" }],
      ...different,
    },
    now,
  );
const actions = (decisions: ReturnType<typeof decide>) => decisions.map(({ action }) => action);

describe("a budget alert", () => {
  it.each([
    ["half of it is spent", {}],
    ["all of it is foreseen", foreseen],
  ])("that %s is told and stops nothing", (_, lines) => {
    expect(actions(decide(lines))).toEqual(["tell-of-budget"]);
  });

  it("that all of it is spent closes the month first, and looks at the sessions afterwards", () => {
    expect(actions(decide(spent, { month: month.parse({}) }))).toEqual(["close-month"]);
    expect(decide(spent).slice(1)).toMatchObject([
      { action: "warn", session: "tea", notice: { reason: "budget", endsAt: at(5) } },
      { action: "warn", session: "coffee", notice: { reason: "budget", endsAt: at(5) } },
    ]);
  });

  it("that all of a budget is spent closes a month that was closed for a smaller one anew", () => {
    const raised = { month: month.parse({ ...closed, budgetReached: 2 }), monthlyBudget: 5 };
    expect(decide(spent, raised)).toMatchObject([{ action: "close-month", budget: 5 }]);
    expect(actions(decide(spent, { ...raised, monthlyBudget: 2 }))).toEqual([
      "tell-of-budget",
      "warn",
      "warn",
    ]);
    expect(actions(decide(spent, { ...raised, monthlyBudget: 1 }))).toEqual([
      "tell-of-budget",
      "warn",
      "warn",
    ]);
  });

  it("that came late and says at the lower threshold that all of it is spent, stops as well", () => {
    expect(actions(decide({ "ACTUAL Amount": "$2.00" }))).toEqual(["tell-of-budget", "warn", "warn"]);
  });

  it("that cannot be read stops everything", () => {
    expect(actions(decide({ "Alert Type": undefined }))).toEqual(["tell-of-budget", "warn", "warn"]);
  });

  it("is told once in a month for each threshold", () => {
    const told = { ...closed, toldThresholds: new Set(["ACTUAL 50", "ACTUAL 100"]) };
    expect(actions(decide({}, { month: told }))).toEqual(["nothing"]);
    expect(actions(decide(foreseen, { month: told }))).toEqual(["tell-of-budget"]);
    expect(actions(decide(spent, { month: told }))).toEqual(["nothing", "warn", "warn"]);
  });

  it("of last month ends nothing this month", () => {
    const sentAt = new Date("2026-10-31T23:59:00.000Z");
    expect(actions(decide(spent, { sentAt, month: month.parse({}) }))).toEqual(["tell-of-budget"]);
  });

  it("of another budget changes nothing", () => {
    expect(actions(decide({ ...spent, "Budget Name": "moonbase-monthly-2" }))).toEqual(["nothing"]);
  });

  it("spares a session that was forced afterwards, and no other", () => {
    const forced = { ...ready, forced: true, requestedAt: at(-60) };
    const before = { ...forced, requestedAt: at(-61) };
    const sessions = [forced, before, { ...ready, status: "ended" as const }];
    expect(actions(decide(spent, { sessions }))).toEqual(["tell-of-budget", "nothing", "warn", "nothing"]);
  });
});

describe("react, told by AWS Budgets", () => {
  const table = mockClient(DynamoDBDocumentClient);
  const scheduler = mockClient(SchedulerClient);
  const sns = mockClient(SNSClient);
  const others = [mockClient(EC2Client), mockClient(SFNClient)];
  const itemOf = (id: string) => table.on(GetCommand, { Key: { id } }, false);
  const updates = () =>
    table
      .commandCalls(UpdateCommand)
      .map(({ args }) => [args[0].input.Key?.id, args[0].input.UpdateExpression]);

  beforeEach(() => {
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
    vi.useFakeTimers({ now });
    for (const client of [table, scheduler, sns, ...others]) client.reset();
    scheduler.on(UpdateScheduleCommand).resolves({});
    table.on(UpdateCommand).resolves({});
    table.on(GetCommand).resolves({});
    itemOf("#live").resolves({ Item: { sessions: new Set(["tea"]), committed: 0.1 } });
    itemOf("tea").resolves({ Item: ready });
  });

  it("closes the month, looks again, tells, and gives notice to whatever is live then", async () => {
    itemOf("#month-2026-11")
      .resolvesOnce({})
      .resolves({ Item: { budgetReachedAt: at(0) } });
    itemOf("#live")
      .resolvesOnce({})
      .resolves({ Item: { sessions: new Set(["tea"]), committed: 0.1 } });
    await handler(alertEvent(prose(spent), at(0)));
    expect(updates()[0]).toEqual(["#month-2026-11", "SET budgetReachedAt = :at, budgetReached = :budget"]);
    expect(table.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: "attribute_not_exists(budgetReachedAt) OR budgetReached < :budget",
      ExpressionAttributeValues: { ":at": at(0), ":budget": settings.monthlyBudget },
    });
    const written = updates().map(([id]) => id);
    expect(written.sort()).toEqual(["#month-2026-11", "#month-2026-11", "tea", "tea"]);
    const subjects = sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.Subject);
    expect(subjects.sort()).toEqual([
      "Moonbase session tea ends at 2026-11-20T12:05:00.000Z: budget",
      "Moonbase: spent: 105 % of this month's budget",
    ]);
  });

  it("ends the other sessions although one cannot be ended, and is asked again", async () => {
    itemOf("#month-2026-11").resolves({ Item: { budgetReachedAt: at(0) } });
    itemOf("#live").resolves({ Item: { sessions: new Set(["coffee", "tea"]), committed: 0.1 } });
    itemOf("coffee").resolves({ Item: { ...ready, id: "coffee" } });
    table.on(UpdateCommand, { Key: { id: "coffee" } }, false).rejects(new Error("out of order"));
    await expect(handler(alertEvent(prose(spent), at(0)))).rejects.toThrow("out of order");
    expect(updates().filter(([id]) => id === "tea")).toHaveLength(2);
  });

  it("remembers a threshold after it was told, not before", async () => {
    sns.on(PublishCommand).rejects(new Error("out of order"));
    await expect(handler(alertEvent(prose(), at(0)))).rejects.toThrow("out of order");
    expect(updates()).toEqual([]);
    sns.on(PublishCommand).resolves({});
    await handler(alertEvent(prose(), at(0)));
    expect(table.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      Key: { id: "#month-2026-11" },
      ExpressionAttributeValues: { ":threshold": new Set(["ACTUAL 50"]) },
    });
  });

  it("listens to its own topic only, and throws on what is no message", async () => {
    await handler(alertEvent("anything", at(0), "another-budget"));
    expect(table.calls()).toHaveLength(0);
    await expect(handler({ Records: [] })).rejects.toThrow(/no reaction/);
    await expect(handler({ Records: [{ EventSource: "aws:sqs", body: "" }] })).rejects.toThrow(/no reaction/);
  });

  it("takes a message without a time for one of now", async () => {
    itemOf("#month-2026-11").resolves({ Item: { budgetReachedAt: at(0) } });
    await handler(alertEvent("?", "yesterday"));
    expect(updates().filter(([id]) => id === "tea")).toHaveLength(2);
  });
});
