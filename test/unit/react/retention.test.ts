import { describe, expect, it } from "vitest";
import { decideOnRetention } from "../../../functions/react/decisions/retention.ts";
import { retention } from "../../../functions/session/retention.ts";
import { launchArn, session } from "../fixture/session.ts";

const launchWorkflowArn = "arn:aws:states:us-east-1:000000000000:stateMachine:moonbase-launch";
const box = session({ id: "box", blueprint: "devbox", status: "ready" });

const decide = (time: string, { sessions = [box], timeZone = "UTC", hour = 4 } = {}) =>
  decideOnRetention({
    scheduledAt: new Date(time),
    policy: retention.parse({ timeZone, hour }),
    launchWorkflowArn,
    sessions,
  });

describe("old backups are due", () => {
  it("an ordinary launch is started, named for the day", () => {
    expect(decide("2026-11-22T04:00:00Z", { sessions: [] })).toEqual({
      action: "start-workflow",
      workflowArn: launchWorkflowArn,
      name: "retention-2026-11-22",
      input: '{"blueprint":"retention","requestedBy":"the schedule retention"}',
      reason: "old backups are due on 2026-11-22",
    });
  });

  it.each(["04:00", "05:00", "06:00"])("at %s it is put off while a box is live", (time) => {
    expect(decide(`2026-11-22T${time}:00Z`)).toEqual({
      action: "nothing",
      reason: "put off by an hour: box backs up to the same repository",
    });
  });

  it("the last of the four comes for nothing else than to start it", () => {
    expect(decide("2026-11-22T07:00:00Z")).toMatchObject({
      action: "start-workflow",
      name: "retention-2026-11-22",
    });
  });

  it.each([
    [
      "launching",
      session({ blueprint: "devbox", status: "launching", launchExecution: launchArn }),
      "nothing",
    ],
    ["over", session({ blueprint: "devbox", status: "ended" }), "start-workflow"],
  ])("a box that is %s", (_, other, action) => {
    expect(decide("2026-11-22T04:00:00Z", { sessions: [other] }).action).toBe(action);
  });

  it("other machines are no reason to wait", () => {
    expect(decide("2026-11-22T04:00:00Z", { sessions: [session({ status: "ready" })] }).action).toBe(
      "start-workflow",
    );
  });

  // In Los Angeles it is 16:00 and 19:00 of the Saturday; in UTC the second is Sunday already.
  it.each([
    ["2026-11-22T00:00:00Z", "nothing"],
    ["2026-11-22T03:00:00Z", "start-workflow"],
  ])("day and hour are the operator's: at %s %s", (time, action) => {
    const decision = decide(time, { timeZone: "America/Los_Angeles", hour: 16 });
    expect(decision.action).toBe(action);
    if (decision.action === "start-workflow") expect(decision.name).toBe("retention-2026-11-21");
  });

  it("nothing is done where every backup is kept", () => {
    const facts = { scheduledAt: new Date(), launchWorkflowArn, sessions: [] };
    expect(decideOnRetention({ ...facts, policy: null })).toMatchObject({ action: "nothing" });
  });
});
