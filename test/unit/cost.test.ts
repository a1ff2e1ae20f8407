import { describe, expect, it } from "vitest";
import { blueprintNamed, chosen, variantNames } from "../../blueprints/index.ts";
import { onDemandPrice } from "../../blueprints/prices.ts";
import { costOf, costSoFar, highestCost, savedPercent } from "../../functions/session/cost.ts";
import { machine, minutesAfter, now, session } from "./fixture/session.ts";

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

  it("of a session is that of the disk that was chosen for it", () => {
    const besides = (gib: number) => 0.005 + (gib * 0.08) / 730;
    const paid = (different: object) =>
      costSoFar(session({ machine, ...different }), minutesAfter(6000)).cost;
    expect(paid({ rootGiB: 16 })).toBeCloseTo(100 * (0.0075 + besides(16)), 4);
    expect(paid({})).toBeCloseTo(100 * (0.0075 + besides(8)), 4);
  });

  it("of a day on a devbox stays under $1.60 on demand, whatever was chosen", () => {
    const devbox = blueprintNamed("devbox");
    const most = variantNames(devbox).map((variant) =>
      highestCost(chosen(devbox, { variant }), 720, "us-east-1"),
    );
    expect(Math.max(...most)).toBeLessThan(1.6);
  });

  it("of an unknown region is the dearest known one's", () => {
    expect(onDemandPrice("t3.small", "mars-north-1")).toBe(0.0248);
  });

  it("so far runs with the clock, stops when the machine is gone, and is the account's in the end", () => {
    expect(costSoFar(session({ machine }), minutesAfter(120)).hours).toBe(2);
    const gone = session({ machine, goneAt: minutesAfter(60).toISOString() });
    expect(costSoFar(gone, minutesAfter(120))).toEqual(costOf(machine, admin, "us-east-1", minutesAfter(60)));
    const books = { hours: 3, cost: 0.04, onDemandCost: 0.08 };
    const ending = { ...books, endedAt: now.toISOString(), saved: "nothing" };
    expect(costSoFar({ ...gone, ending }, minutesAfter(120))).toEqual(books);
    expect(costSoFar(session(), minutesAfter(120)).cost).toBe(0);
  });

  it("is compared with on demand in whole percent, and nothing is no saving", () => {
    expect(savedPercent({ hours: 1, cost: 0.0134, onDemandCost: 0.0267 })).toBe(50);
    expect(savedPercent({ hours: 0, cost: 0, onDemandCost: 0 })).toBe(0);
  });
});
