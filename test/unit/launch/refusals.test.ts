import { expect, it } from "vitest";
import { judgeRefusals, refusalOf } from "../../../functions/launch/capacity.ts";

it.each([
  [
    "capacity",
    [
      ...["InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientCapacity"],
      ...["InsufficientFreeAddressesInSubnet", "UnfulfillableCapacity", "SpotMaxPriceTooLow"],
      ...["InternalError", "ServerInternal", "RequestLimitExceeded"],
    ],
  ],
  ["quota", ["MaxSpotInstanceCountExceeded", "VcpuLimitExceeded", "InstanceLimitExceeded"]],
  ["pool", ["Unsupported", "InvalidFleetConfiguration"]],
  ["permanent", ["UnauthorizedOperation", "InvalidAMIID.NotFound", "SomethingNew"]],
])("%s is told by name", (kind, codes) => {
  expect(codes.map(refusalOf)).toEqual(codes.map(() => kind));
});

it("a quota beside odd zones is still the quota's fault", () => {
  const errors = ["Unsupported", "VcpuLimitExceeded"].map((code) => ({ code, message: code }));
  expect(judgeRefusals(errors)).toMatchObject({ tryOtherMarket: true, outcome: "not-possible" });
});

it("one forbidden pool beside a quota: asking again gives the same answer", () => {
  const errors = ["UnauthorizedOperation", "VcpuLimitExceeded"].map((code) => ({ code, message: code }));
  expect(judgeRefusals(errors).tryOtherMarket).toBe(false);
});
