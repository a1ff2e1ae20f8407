import { describe, expect, it } from "vitest";
import { judgeRefusals } from "../../../functions/launch/capacity.ts";

const refusals = (...codes: string[]) => codes.map((code) => ({ code, message: `about ${code}` }));

describe("an empty fleet reply", () => {
  it.each([
    ["InsufficientInstanceCapacity"],
    ["UnfulfillableCapacity"],
    ["SpotMaxPriceTooLow"],
    ["InsufficientFreeAddressesInSubnet"],
  ])("%s is want of capacity: the other market is asked", (code) => {
    expect(judgeRefusals(refusals(code))).toEqual({
      tryOtherMarket: true,
      outcome: "no-capacity",
      reason: `${code}: about ${code}`,
    });
  });

  it.each([["MaxSpotInstanceCountExceeded"], ["VcpuLimitExceeded"]])(
    "%s is a quota: the other market has its own, and the operator is told which",
    (code) => {
      expect(judgeRefusals(refusals(code))).toMatchObject({ tryOtherMarket: true, outcome: "not-possible" });
    },
  );

  it.each([["UnauthorizedOperation"], ["InvalidAMIID.NotFound"], ["SomethingNew"]])(
    "%s is permanent: asking again gives the same answer",
    (code) => {
      expect(judgeRefusals(refusals(code))).toMatchObject({ tryOtherMarket: false, outcome: "not-possible" });
    },
  );

  it("a zone without the type does not hide that the others are full", () => {
    const judged = judgeRefusals(refusals("Unsupported", "InsufficientInstanceCapacity"));
    expect(judged).toMatchObject({ tryOtherMarket: true, outcome: "no-capacity" });
  });

  it("one forbidden pool does not hide that another is full", () => {
    const judged = judgeRefusals(refusals("UnauthorizedOperation", "InsufficientInstanceCapacity"));
    expect(judged.tryOtherMarket).toBe(true);
  });

  it("only zones without the type: the other market may have them", () => {
    expect(judgeRefusals(refusals("InvalidFleetConfiguration"))).toMatchObject({
      tryOtherMarket: true,
      outcome: "no-capacity",
    });
  });

  it("no reason at all is no success either", () => {
    expect(judgeRefusals([])).toEqual({
      tryOtherMarket: true,
      outcome: "no-capacity",
      reason: "EC2 gave no machine and no reason",
    });
  });

  it("names each kind of refusal once, three at most", () => {
    const { reason } = judgeRefusals(
      refusals("InsufficientInstanceCapacity", "InsufficientInstanceCapacity", "Unsupported", "A", "B"),
    );
    expect(reason.split("; ")).toHaveLength(3);
  });
});
