import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeAdmission } from "../../../functions/launch/budget.ts";

const facts = { spent: 1, committed: 0.5, estimate: 0.3, budget: 2, live: 1, places: 3, force: false };

describe("admission", () => {
  it("admits what still fits, to the cent", () => {
    expect(judgeAdmission({ ...facts, estimate: 0.5 }).action).toBe("admit");
  });

  it("refuses what would break the budget, with every figure and the way out", () => {
    const { action, reason } = judgeAdmission({ ...facts, estimate: 0.51 });
    expect(action).toBe("refuse");
    expect(reason).toMatch(/\$1\.00 spent.*\$0\.50 more.*\$0\.51 by this one.*monthlyBudget \$2\.00.*force/);
  });

  it("counts what live sessions may still cost", () => {
    expect(judgeAdmission({ ...facts, spent: 0, committed: 1.8 }).action).toBe("refuse");
  });

  it("lets the operator insist on the budget, and says so", () => {
    expect(judgeAdmission({ ...facts, estimate: 9, force: true })).toMatchObject({
      action: "admit",
      reason: expect.stringContaining("forced"),
    });
  });

  it("has no place beyond the last, forced or not", () => {
    for (const force of [false, true]) {
      expect(judgeAdmission({ ...facts, live: 3, force })).toEqual({
        action: "refuse",
        reason: "3 sessions are live, and maximumSessions is 3; end one first",
      });
    }
  });

  it("closes with the budget as AWS counts it, whatever our own books say, and opens to who insists", () => {
    const closed = { ...facts, spent: 0, budgetReachedAt: "2026-11-20T12:00:00.000Z" };
    expect(judgeAdmission(closed)).toEqual({
      action: "refuse",
      reason:
        "this month's budget is spent, as AWS said at 2026-11-20T12:00:00.000Z; wait for the next month, raise monthlyBudget, or set force",
    });
    expect(judgeAdmission({ ...closed, force: true }).action).toBe("admit");
  });

  it("never admits beyond the budget unforced", () => {
    const money = fc.float({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(money, money, money, money, (spent, committed, estimate, budget) => {
        const { action } = judgeAdmission({ ...facts, spent, committed, estimate, budget });
        expect(action === "admit").toBe(spent + committed + estimate <= budget);
      }),
    );
  });
});
