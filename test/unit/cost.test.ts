import { describe, expect, it } from "vitest";
import { blueprintNamed } from "../../blueprints/index.ts";
import { onDemandPrice } from "../../blueprints/prices.ts";
import { costOf, highestCost } from "../../functions/session/cost.ts";
import { machine, minutesAfter } from "./fixture/session.ts";

const admin = blueprintNamed("admin");

describe("cost", () => {
  it("of a spot hour is machine, address and volume", () => {
    const besides = 0.005 + (8 * 0.08) / 730;
    const { hours, cost, onDemandCost } = costOf(machine, admin, "us-east-1", minutesAfter(60));
    expect(hours).toBe(1);
    expect(cost).toBeCloseTo(0.0075 + besides, 4);
    expect(onDemandCost).toBeCloseTo(0.0208 + besides, 4);
  });

  it("counts a minute at least, as EC2 bills", () => {
    expect(costOf(machine, admin, "us-east-1", minutesAfter(0)).hours).toBe(0.017);
  });

  it("takes the on-demand price where EC2 named no spot price: never too low", () => {
    const { cost, onDemandCost } = costOf(
      { ...machine, hourlyPrice: null },
      admin,
      "us-east-1",
      minutesAfter(600),
    );
    expect(cost).toBe(onDemandCost);
  });

  it("is nothing without a machine", () => {
    expect(costOf(undefined, admin, "us-east-1", minutesAfter(60))).toEqual({
      hours: 0,
      cost: 0,
      onDemandCost: 0,
    });
  });

  it("of a whole admin session stays under $0.33 even on demand, in every priced region", () => {
    for (const region of ["us-east-1", "us-west-1", "eu-west-1"]) {
      expect(highestCost(admin, admin.runtime.defaultMinutes, region)).toBeLessThan(0.33);
    }
  });

  it("of an unknown region is the dearest known one's", () => {
    expect(onDemandPrice("t3.small", "mars-north-1")).toBe(0.0248);
  });
});
