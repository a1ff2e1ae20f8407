import { describe, expect, it } from "vitest";
import { readAlert } from "../../../functions/react/budget-prose.ts";
import { type BudgetFacts, decideOnBudget } from "../../../functions/react/decisions/budget.ts";
import { month } from "../../../functions/session/ledger-items.ts";
import { prose } from "../fixture/budget.ts";
import { machine, minutesAfter, now, session } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0) });
const spent = { "Alert Threshold": "> $2.00", "ACTUAL Amount": "$2.10" };
const foreseen = { "Alert Type": "FORECASTED", "Alert Threshold": "> $2.00" };
const spentInWords = "spent: 105 % of this month's budget";
const decide = (lines: Parameters<typeof prose>[0], different: Partial<BudgetFacts> = {}) =>
  decideOnBudget(
    {
      alert: readAlert(prose(lines)),
      sentAt: now,
      ourBudget: "moonbase-monthly",
      monthlyBudget: 2,
      month: month.parse({ budgetReachedAt: at(-60) }),
      sessions: [ready],
      ...different,
    },
    now,
  );
const reasons = (decisions: ReturnType<typeof decide>) => decisions.map(({ reason }) => reason);

describe("what the operator is told of the budget", () => {
  it("when all of it is spent: the share, what ends, and where to look", () => {
    expect(decide(spent)[0]).toEqual({
      action: "tell-of-budget",
      month: now,
      threshold: "ACTUAL 100",
      subject: `Moonbase: ${spentInWords}`,
      lines: [
        `AWS Budgets at ${at(0)}: ${spentInWords}.`,
        'Sessions that are up end with five minutes\' notice, and are saved. Until the month is over, or monthlyBudget is raised, a launch needs "force": true.',
        "AWS counts hours late; npx moonbase cost shows what our own books say.",
      ],
      reason: spentInWords,
    });
  });

  it.each([
    ["less than all of it is spent", { "ACTUAL Amount": "$1.98" }, "spent: 99 %"],
    ["all of it is foreseen", foreseen, "foreseen: 100 %"],
    ["more than all of it is foreseen", { ...foreseen, "FORECASTED Amount": "$3.00" }, "foreseen: 150 %"],
  ])("when %s: that nothing is stopped", (_, lines, words) => {
    expect(decide(lines)).toMatchObject([
      {
        subject: `Moonbase: ${words} of this month's budget`,
        lines: { 0: expect.stringContaining(words), 1: "Nothing is stopped because of this." },
      },
    ]);
  });

  it("when exactly all of it is spent: that sessions end", () => {
    const [told] = decide({ "Alert Threshold": "> $2.00", "ACTUAL Amount": "$2.00" });
    expect(told).toMatchObject({ lines: { 1: expect.stringContaining("Sessions that are up end") } });
  });

  it.each([
    [{ "Alert Type": undefined }, "100 % spent"],
    [{ ...foreseen, "Alert Threshold": undefined }, "100 % foreseen"],
  ])("when %j cannot be read: what that counts as", (lines, counts) => {
    expect(reasons(decide(lines))[0]).toBe(
      `AWS says something of the budget that cannot be read, which counts as ${counts}`,
    );
  });
});

describe("the reason of a decision on the budget", () => {
  it.each([
    ["of another budget", spent, { ourBudget: "tea" }, 'the budget "moonbase-monthly" is not ours'],
    [
      "of a month that is closed",
      spent,
      { month: month.parse({}) },
      `${spentInWords}; no launch is let in unless it is forced`,
    ],
    [
      "that was told before",
      spent,
      { month: month.parse({ budgetReachedAt: at(-60), toldThresholds: new Set(["ACTUAL 100"]) }) },
      `told before; ${spentInWords}`,
    ],
  ])("%s", (_, lines, different, reason) => {
    expect(reasons(decide(lines, different))[0]).toBe(reason);
  });

  it("on a session that was forced afterwards names it", () => {
    const sessions = [{ ...ready, forced: true }];
    expect(reasons(decide(spent, { sessions }))[1]).toBe(
      `session "tea" was forced after the budget was spent; ${spentInWords}`,
    );
  });
});

it("an alert that comes days late in the same month ends sessions all the same", () => {
  const sentAt = new Date("2026-11-01T00:00:00.000Z");
  expect(decide(spent, { sentAt }).map(({ action }) => action)).toEqual(["tell-of-budget", "warn"]);
});

it("an alert that names no budget is taken for ours", () => {
  const decisions = decide({ ...spent, "Budget Name": undefined });
  expect(decisions.map(({ action }) => action)).toEqual(["tell-of-budget", "warn"]);
});
