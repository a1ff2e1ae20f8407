import { describe, expect, it } from "vitest";
import { decideOnIdle } from "../../../functions/react/decisions/activity.ts";
import { decideOnAppointment } from "../../../functions/react/decisions/appointment.ts";
import { endWithNotice } from "../../../functions/react/decisions/notice.ts";
import { claimedBy, machine, minutesAfter, seenMachine, session, teardownArn } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0) });
const told = (reason: "idle" | "expired" | "budget", endsAt: string, different: object = {}) => ({
  ...ready,
  notice: { reason, toldAt: at(60), endsAt, told: true, ...different },
});
const idle = told("idle", at(65));

const appointment = (record: typeof ready, minutes: number, seen: object = {}) =>
  decideOnAppointment(
    { session: "tea", record, endReason: undefined, machine: seenMachine, alarm: "ALARM", ...seen },
    minutesAfter(minutes),
  );

describe("notice of a voluntary end", () => {
  it("is five minutes, on a whole second", () => {
    expect(decideOnIdle(ready, seenMachine, new Date(minutesAfter(60).getTime() + 1))).toEqual({
      action: "warn",
      session: "tea",
      instanceId: machine.instanceId,
      notice: {
        reason: "idle",
        toldAt: "2026-11-20T13:00:00.001Z",
        endsAt: "2026-11-20T13:05:01.000Z",
      },
      expiresAt: at(240),
      reason: "the network was idle for 30 minutes",
    });
  });

  it("is not given twice", () => {
    expect(decideOnIdle(idle, seenMachine, minutesAfter(61))).toEqual({
      action: "nothing",
      reason: `told at ${at(60)} that it ends at ${at(65)} (idle); the network was idle for 30 minutes`,
    });
  });

  it("is given again when it was written and never went out, with five minutes from then", () => {
    const untold = told("idle", at(65), { told: undefined });
    for (const decision of [decideOnIdle(untold, seenMachine, minutesAfter(62)), appointment(untold, 62)]) {
      expect(decision).toMatchObject({
        action: "warn",
        notice: { reason: "idle", toldAt: at(60), endsAt: at(67) },
        replaces: at(60),
      });
    }
  });

  it("is not given when the session's time is over sooner", () => {
    expect(decideOnIdle(ready, seenMachine, minutesAfter(235)).action).toBe("nothing");
    expect(decideOnIdle(ready, seenMachine, minutesAfter(234)).action).toBe("warn");
  });

  it.each([
    ["has ended", { status: "ended" as const }],
    ["is being ended", { claim: claimedBy(teardownArn(1), 120) }],
    ["is to be ended by the undertaker", { reason: "operator" as const }],
  ])("is not given to a session that %s", (_, different) => {
    expect(endWithNotice({ ...ready, ...different }, "budget", "", minutesAfter(60)).action).toBe("nothing");
  });

  it("of the budget takes the place of another, because an idle session can be held", () => {
    expect(endWithNotice(idle, "budget", "", minutesAfter(61))).toMatchObject({
      action: "warn",
      notice: { reason: "budget", endsAt: at(66) },
      replaces: at(60),
    });
    const budget = told("budget", at(65));
    expect(endWithNotice(budget, "budget", "", minutesAfter(61)).action).toBe("nothing");
    expect(endWithNotice(budget, "idle", "", minutesAfter(61)).action).toBe("nothing");
  });
});

describe("notice of an expiry", () => {
  it("is given ten minutes before, and ends with the session's time", () => {
    expect(appointment(ready, 230)).toEqual({
      action: "warn",
      session: "tea",
      instanceId: machine.instanceId,
      notice: { reason: "expired", toldAt: at(230), endsAt: at(240) },
      expiresAt: at(240),
      reason: `its time is over at ${at(240)}`,
    });
  });

  it("is given when half of a short session is over", () => {
    const short = { ...ready, expiresAt: at(10) };
    expect(appointment(short, 4)).toMatchObject({ action: "come-back", at: minutesAfter(5) });
    expect(appointment(short, 5).action).toBe("warn");
  });

  it("is not given to a machine that nobody can be on", () => {
    expect(appointment(session(), 235)).toMatchObject({ action: "come-back", at: minutesAfter(240) });
  });

  it("once given, is waited for", () => {
    expect(appointment(told("expired", at(240)), 235)).toMatchObject({
      action: "come-back",
      at: minutesAfter(240),
    });
  });

  it("is taken back as soon as somebody sees that the session was extended", () => {
    const extended = { ...told("expired", at(240)), expiresAt: at(300) };
    expect(appointment(extended, 235)).toMatchObject({ action: "withdraw", at: minutesAfter(290) });
    expect(appointment({ ...extended, expiresAt: at(245) }, 240)).toMatchObject({
      action: "withdraw",
      at: minutesAfter(241),
    });
  });
});

describe("at the end of a notice of idleness", () => {
  it("a session that is still idle ends", () => {
    expect(appointment(idle, 65)).toEqual({
      action: "tear-down",
      session: "tea",
      endReason: "idle",
      generation: 0,
      reason: `told at ${at(60)} that it ends at ${at(65)} (idle)`,
    });
  });

  it("and not a second before", () => {
    expect(appointment(idle, 64.99)).toMatchObject({ action: "come-back", at: minutesAfter(65) });
  });

  it.each([
    ["is held", { ...idle, heldUntil: at(90) }, {}, `held until ${at(90)}`],
    [
      "has somebody logged in",
      idle,
      { machine: { ...seenMachine, logins: "open" } },
      "somebody is logged in",
    ],
    ["is active again", idle, { alarm: "OK" }, "its idle alarm is OK, and unknown counts as active"],
    ["cannot be judged", idle, { alarm: "INSUFFICIENT_DATA" }, "its idle alarm is INSUFFICIENT_DATA"],
    ["has no alarm", idle, { alarm: undefined }, "its idle alarm is not there"],
    ["cannot be seen", idle, { machine: undefined }, "its machine cannot be seen"],
  ])("a session that %s goes on, and somebody comes again", (_, record, seen, why) => {
    expect(appointment(record, 65, seen)).toMatchObject({
      action: "withdraw",
      notice: idle.notice,
      at: minutesAfter(230),
      reason: expect.stringContaining(why),
    });
  });

  it("a session that spends its last minutes held is told of its expiry within a minute", () => {
    const late = { ...ready, notice: { reason: "idle" as const, toldAt: at(228), endsAt: at(233) } };
    const held = { ...late, heldUntil: at(240) };
    expect(appointment(held, 233)).toMatchObject({ action: "withdraw", at: minutesAfter(234) });
    expect(appointment(held, 239.5)).toMatchObject({ action: "withdraw", at: minutesAfter(240) });
  });
});

describe("at the end of a notice of the budget", () => {
  it("nothing holds the session", () => {
    const held = { ...told("budget", at(65)), heldUntil: at(200) };
    const open = { machine: { ...seenMachine, logins: "open" }, alarm: "OK" };
    expect(appointment(held, 65, open)).toMatchObject({ action: "tear-down", endReason: "budget" });
  });
});

it("a notice for what is never told before is taken back", () => {
  const odd = { ...ready, notice: { reason: "swept" as const, toldAt: at(1), endsAt: at(2), told: true } };
  expect(appointment(odd, 3).action).toBe("withdraw");
});

it("a teardown that is at work is not disturbed by a notice that is due", () => {
  expect(appointment({ ...idle, claim: claimedBy(teardownArn(1), 100) }, 65).action).toBe("nothing");
});
