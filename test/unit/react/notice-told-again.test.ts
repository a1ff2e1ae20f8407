import { describe, expect, it } from "vitest";
import { decideOnAppointment } from "../../../functions/react/decisions/appointment.ts";
import { decideOnTeardown } from "../../../functions/react/decisions/executions.ts";
import { endWithNotice } from "../../../functions/react/decisions/notice.ts";
import { machine, minutesAfter, seenMachine, session, teardownArn } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0) });
const noticed = (reason: "idle" | "expired" | "budget" | "swept", endsAt: string, told?: true) => ({
  ...ready,
  notice: { reason, toldAt: at(60), endsAt, ...(told && { told }) },
});
const appointment = (record: typeof ready, minutes: number) =>
  decideOnAppointment(
    { session: "tea", record, endReason: undefined, machine: seenMachine, alarm: "ALARM" },
    minutesAfter(minutes),
  );

describe("a notice that is told again", () => {
  it("gives no time beyond the session's own", () => {
    expect(appointment(noticed("idle", at(238)), 237)).toMatchObject({ notice: { endsAt: at(240) } });
  });

  it("takes no time away that was written down", () => {
    expect(appointment(noticed("expired", at(240)), 231)).toMatchObject({ notice: { endsAt: at(240) } });
  });

  it("is not the notice of another end", () => {
    const budget = endWithNotice(noticed("idle", at(65)), "budget", "spent", minutesAfter(61));
    expect(budget).toMatchObject({ action: "warn", notice: { reason: "budget", toldAt: at(61) } });
    const idle = endWithNotice(noticed("budget", at(65)), "idle", "nobody is on it", minutesAfter(61));
    expect(idle).toEqual({
      action: "nothing",
      reason: `told at ${at(60)} that it ends at ${at(65)} (budget); nobody is on it`,
    });
  });
});

describe("under a notice", () => {
  it("of idleness, what speaks against the end is weighed when it is due, because it may have passed by then", () => {
    const held = { ...noticed("idle", at(65), true), heldUntil: at(90) };
    expect(appointment(held, 64)).toMatchObject({ action: "come-back", at: minutesAfter(65) });
    expect(appointment(held, 65).action).toBe("withdraw");
  });

  it("that is taken back at the very time of the expiry's own, that one comes a minute later", () => {
    const held = { ...noticed("idle", at(230), true), heldUntil: at(240) };
    expect(appointment(held, 230)).toMatchObject({ action: "withdraw", at: minutesAfter(231) });
  });

  it.each([
    [{ ...noticed("expired", at(240), true), expiresAt: at(300) }, `it was extended until ${at(300)}`],
    [noticed("swept", at(62), true), "no such end is told before it comes"],
  ])("%# that is taken back, the reason says why", (record, why) => {
    expect(appointment(record, 235).reason).toMatch(new RegExp(`^told at .*; ${why}$`));
  });
});

it("nobody is told of the expiry of a machine that nobody can be on", () => {
  expect(appointment(session(), 235).reason).toBe("nobody is on it yet who could be told");
});

it("a kept machine whose time is over at this very moment is tried as late as any other", () => {
  const kept = { ...ready, reason: "idle" as const, generation: 6 };
  const stopped = {
    arn: teardownArn(6),
    status: "FAILED" as const,
    error: "NotSaved",
    endReason: "idle" as const,
    onSaveFailure: "keep" as const,
  };
  const cap = 36 * 60;
  expect(decideOnTeardown(kept, stopped, minutesAfter(cap))).toMatchObject({ at: minutesAfter(cap + 60) });
});
