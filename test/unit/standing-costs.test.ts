import { expect, it } from "vitest";
import { standingCostText } from "../../cli/commands/deploy.ts";
import { standingCosts } from "../../functions/session/standing-costs.ts";

it("a deployment as it comes costs practically nothing while nothing runs", () => {
  expect(standingCosts({ ownKey: false })).toEqual([]);
  expect(standingCostText([])).toBe("While nothing runs it costs practically nothing.");
});

it("an own key is a dollar a month, and is named", () => {
  const costs = standingCosts({ ownKey: true });
  expect(costs).toEqual([{ what: "your own KMS key", dollars: 1 }]);
  expect(standingCostText(costs)).toBe("While nothing runs it costs $1.00 a month: your own KMS key $1.00.");
});
