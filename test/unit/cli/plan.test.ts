import { expect, it } from "vitest";
import { blueprintNamed } from "../../../blueprints/index.ts";
import { launchInput } from "../../../cli/session/plan.ts";

const plan = {
  ...{ session: "tea", blueprint: blueprintNamed("admin"), minutes: 60, key: true, sourceCidr: undefined },
  ...{ variant: undefined, restore: undefined, force: false, requestedBy: undefined, detach: false },
  highestCost: 0.1,
};

it("a launch is asked for what was asked for, and nothing else", () => {
  expect(launchInput(plan, undefined)).toEqual({ blueprint: "admin", maximumRuntimeMinutes: 60 });
  const sourceCidr = "203.0.113.7/32";
  const wishes = { variant: "debian-13-amd64", restore: "latest", force: true, requestedBy: "me" };
  expect(launchInput({ ...plan, sourceCidr, ...wishes }, "a key")).toEqual({
    ...{ blueprint: "admin", maximumRuntimeMinutes: 60, publicKey: "a key", sourceCidr: "203.0.113.7/32" },
    ...wishes,
  });
});
