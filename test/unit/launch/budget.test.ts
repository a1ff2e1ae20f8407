import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeBudget } from "../../../functions/launch/budget.ts";

const facts = { spent: 1.5, estimate: 0.3, budget: 2, force: false };

describe("budget", () => {
  it("admits what still fits, to the cent", () => {
    expect(judgeBudget({ ...facts, estimate: 0.5 }).action).toBe("admit");
  });

  it("refuses what would break it, with every figure and the way out", () => {
    const { action, reason } = judgeBudget({ ...facts, estimate: 0.51 });
    expect(action).toBe("refuse");
    expect(reason).toMatch(/\$1\.50 spent.*\$0\.51 more at most.*budget \$2\.00.*force/);
  });

  it("lets the operator insist, and says that it did", () => {
    expect(judgeBudget({ ...facts, estimate: 9, force: true })).toMatchObject({
      action: "admit",
      reason: expect.stringContaining("forced"),
    });
  });

  it("never admits beyond the budget unforced", () => {
    const money = fc.float({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(money, money, money, (spent, estimate, budget) => {
        const { action } = judgeBudget({ spent, estimate, budget, force: false });
        expect(action === "admit").toBe(spent + estimate <= budget);
      }),
    );
  });
});
