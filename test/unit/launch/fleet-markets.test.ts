import { describe, expect, it } from "vitest";
import { blueprintNamed } from "../../../blueprints/index.ts";
import { fleetRequest } from "../../../functions/launch/fleet-request.ts";

const blueprint = blueprintNamed("admin");
const subnets = [{ SubnetId: "subnet-a" }];
const request = (market: "spot" | "on-demand") =>
  fleetRequest({ stage: "moonbase", session: "tea", region: "us-east-1", blueprint, subnets }, market);

describe("a fleet request", () => {
  it("names the newest template of its blueprint and the image that the blueprint names", () => {
    const [config] = request("spot").LaunchTemplateConfigs ?? [];
    expect(config?.LaunchTemplateSpecification).toEqual({
      LaunchTemplateName: "moonbase-admin",
      Version: "$Latest",
    });
    expect(config?.Overrides?.[0]?.ImageId).toBe(`resolve:ssm:${blueprint.image.parameter}`);
  });

  it("on spot asks for spot, in the blueprint's own order, and for a machine that ends when it is taken", () => {
    expect(request("spot")).toMatchObject({
      ClientToken: "moonbase-tea-spot",
      TargetCapacitySpecification: { DefaultTargetCapacityType: "spot" },
      SpotOptions: {
        AllocationStrategy: "capacity-optimized-prioritized",
        InstanceInterruptionBehavior: "terminate",
      },
    });
    expect(request("spot")).not.toHaveProperty("OnDemandOptions");
  });

  it("on demand asks for nothing of spot", () => {
    expect(request("on-demand")).toMatchObject({
      ClientToken: "moonbase-tea-od",
      TargetCapacitySpecification: { DefaultTargetCapacityType: "on-demand" },
    });
    expect(request("on-demand")).not.toHaveProperty("SpotOptions");
  });
});
