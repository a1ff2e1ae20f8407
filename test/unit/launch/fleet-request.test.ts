import { describe, expect, it } from "vitest";
import { blueprintNamed } from "../../../blueprints/index.ts";
import { fleetRequest } from "../../../functions/launch/fleet-request.ts";

const zones = ["a", "b", "c"];
const facts = {
  stage: "moonbase",
  session: "tea",
  region: "us-east-1",
  blueprint: blueprintNamed("admin"),
  subnets: zones.map((zone) => ({ SubnetId: `subnet-${zone}`, AvailabilityZone: `us-east-1${zone}` })),
};
const overrides = (market: "spot" | "on-demand") =>
  fleetRequest(facts, market).LaunchTemplateConfigs?.[0]?.Overrides ?? [];

describe("fleet request", () => {
  it("asks at once for exactly one machine", () => {
    expect(fleetRequest(facts, "spot")).toMatchObject({
      Type: "instant",
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: "spot" },
    });
  });

  it("covers every type in every zone, t3.small before t3.micro", () => {
    const pools = overrides("spot").map(({ InstanceType, SubnetId, Priority }) => [
      InstanceType,
      SubnetId,
      Priority,
    ]);
    expect(pools).toEqual([
      ...zones.map((zone) => ["t3.small", `subnet-${zone}`, 0]),
      ...zones.map((zone) => ["t3.micro", `subnet-${zone}`, 1]),
    ]);
  });

  it("pays at most half of each type's own on-demand price", () => {
    expect(overrides("spot").map(({ MaxPrice }) => MaxPrice)).toEqual([
      ...zones.map(() => "0.0104"),
      ...zones.map(() => "0.0052"),
    ]);
  });

  it("sets no ceiling on demand", () => {
    expect(overrides("on-demand").every(({ MaxPrice }) => MaxPrice === undefined)).toBe(true);
    expect(fleetRequest(facts, "on-demand")).toMatchObject({
      OnDemandOptions: { AllocationStrategy: "prioritized" },
    });
  });

  it("has a token that is the same when asked again, another in another market, session or stage", () => {
    const token = (different: Partial<typeof facts>, market: "spot" | "on-demand" = "spot") =>
      fleetRequest({ ...facts, ...different }, market).ClientToken;
    expect(token({})).toBe(token({}));
    expect(
      new Set([token({}), token({}, "on-demand"), token({ session: "two" }), token({ stage: "other" })]).size,
    ).toBe(4);
  });

  it("keeps the token within EC2's 64 characters for the longest names", () => {
    const longest = { ...facts, stage: "s".repeat(16), session: "x".repeat(40) };
    expect(fleetRequest(longest, "spot").ClientToken?.length).toBeLessThanOrEqual(64);
  });

  it("tags the machine with its stage and session", () => {
    expect(fleetRequest(facts, "spot").TagSpecifications).toEqual([
      {
        ResourceType: "instance",
        Tags: [
          { Key: "moonbase:stage", Value: "moonbase" },
          { Key: "moonbase:session", Value: "tea" },
        ],
      },
    ]);
  });
});
