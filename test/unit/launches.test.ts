import { describe, expect, it } from "vitest";
import { launchOutcome, secondsToReady } from "../../functions/session/launches.ts";
import { endReason } from "../../workflows/teardown.contract.ts";
import { minutesAfter, now, session } from "./fixture/session.ts";

const ending = { endedAt: now.toISOString(), saved: "", hours: 0, cost: 0, onDemandCost: 0 };
const readyAt = minutesAfter(1).toISOString();

describe("a launch", () => {
  it("that arrived is ready, whatever came after", () => {
    expect(launchOutcome(session({ readyAt, ending, reason: "machine-gone" }))).toBe("ready");
  });

  it("whose session lives and is not ready is under way", () => {
    expect(launchOutcome(session({ reason: "launch-failed" }))).toBe("under-way");
  });

  it.each(endReason.options)(
    "that ended for %s before it arrived was called off by somebody, or failed",
    (reason) => {
      const somebody = ["operator", "launch-stopped", "budget"].includes(reason);
      expect(launchOutcome(session({ reason, ending }))).toBe(somebody ? "called-off" : "failed");
    },
  );

  it("took the seconds from request to ready, none when the request was rounded up beyond it", () => {
    expect(secondsToReady(session({ readyAt }))).toBe(60);
    expect(secondsToReady(session({ readyAt: minutesAfter(-0.01).toISOString() }))).toBe(0);
    expect(secondsToReady(session())).toBeUndefined();
  });
});
