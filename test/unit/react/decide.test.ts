import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideOnAsk, decideOnIdle } from "../../../functions/react/decisions/activity.ts";
import { decideOnAppointment } from "../../../functions/react/decisions/appointment.ts";
import { decideOnLaunch, decideOnTeardown } from "../../../functions/react/decisions/executions.ts";
import { decideOnMachine } from "../../../functions/react/decisions/machine.ts";
import { retryMinutes } from "../../../functions/session/retry.ts";
import type { EndReason } from "../../../workflows/teardown.contract.ts";
import {
  claimedBy,
  launchArn,
  machine,
  minutesAfter,
  now,
  seenMachine,
  session,
  teardownArn,
} from "../fixture/session.ts";

const ready = session({ status: "ready", machine, readyAt: now.toISOString() });
const ended = session({ status: "ended", reason: "operator", generation: 1 });
const held = session({ claim: claimedBy(teardownArn(1)), reason: "operator", generation: 1 });

describe("a launch that stopped", () => {
  const aborted = { arn: launchArn, status: "ABORTED" as const };

  it("by the console's Stop button ends its session", () => {
    expect(decideOnLaunch("tea", session(), aborted, now)).toEqual({
      action: "tear-down",
      session: "tea",
      endReason: "launch-stopped",
      generation: 0,
      reason: "the launch is ABORTED",
    });
  });

  it.each(["FAILED", "TIMED_OUT"] as const)("as %s ends its session as a failed launch", (status) => {
    expect(decideOnLaunch("tea", session(), { ...aborted, status }, now)).toMatchObject({
      action: "tear-down",
      endReason: "launch-failed",
    });
  });

  it.each([
    ["ended already", ended],
    ["a teardown is at work", held],
  ])("needs nothing when it was %s", (_, record) => {
    expect(decideOnLaunch("tea", record, aborted, now).action).toBe("nothing");
  });

  it("stopped while it was admitted may have its record a moment later: somebody comes back", () => {
    expect(decideOnLaunch("tea", undefined, aborted, now)).toEqual({
      action: "come-back",
      session: "tea",
      at: minutesAfter(2),
      endReason: "launch-stopped",
      reason: "the launch is ABORTED",
    });
  });

  it("because its input was refused needs nothing", () => {
    const refused = { arn: launchArn, status: "FAILED" as const, error: "Refused" };
    expect(decideOnLaunch("tea", undefined, refused, now).action).toBe("nothing");
    expect(decideOnLaunch("tea", session(), refused, now).action).toBe("nothing");
  });

  it("touches no session of another launch", () => {
    expect(decideOnLaunch("tea", session(), { ...aborted, arn: `${launchArn}-other` }, now).action).toBe(
      "nothing",
    );
  });

  it("goes on when the claim has lapsed", () => {
    const lapsed = session({ claim: claimedBy(teardownArn(1), -1), generation: 1 });
    expect(decideOnLaunch("tea", lapsed, aborted, now)).toMatchObject({ action: "tear-down", generation: 1 });
  });
});

describe("a teardown that stopped", () => {
  const failed = {
    arn: teardownArn(1),
    status: "FAILED" as const,
    endReason: "idle" as const,
    onSaveFailure: "keep" as const,
  };

  it("is tried again, and its dead claim does not keep the next one out", () => {
    expect(decideOnTeardown(held, failed, now)).toEqual({
      action: "come-back",
      session: "tea",
      at: minutesAfter(2),
      endReason: "operator",
      deadClaim: held.claim,
      reason: `teardown 1 is FAILED; again at ${minutesAfter(2).toISOString()}`,
    });
  });

  it("that never got to claim its session is tried again for the reason it was started for", () => {
    const decision = decideOnTeardown(ready, failed, now);
    expect(decision).toMatchObject({ action: "come-back", at: minutesAfter(2), endReason: "idle" });
  });

  it("because its input was refused leaves a healthy session alone", () => {
    expect(decideOnTeardown(ready, { ...failed, error: "Refused" }, now).action).toBe("nothing");
  });

  it("needs nothing when another holds the session, when it has ended, when it is unknown", () => {
    const stale = { ...failed, arn: teardownArn(7) };
    expect(decideOnTeardown(held, stale, now).action).toBe("nothing");
    expect(decideOnTeardown(ended, failed, now).action).toBe("nothing");
    expect(decideOnTeardown(undefined, failed, now).action).toBe("nothing");
  });

  it("because nothing was saved comes back when it was decided that money counts for more, not later", () => {
    // Twelve hours after its request at the latest, and a day longer where data is kept.
    const kept = { ...ready, reason: "idle" as const, generation: 6 };
    const next = (minutes: number, different: object = {}) => {
      const decision = decideOnTeardown(
        kept,
        { ...failed, error: "NotSaved", ...different },
        minutesAfter(minutes),
      );
      return decision.action === "come-back" ? decision.at : undefined;
    };
    const cap = 36 * 60;
    expect(next(cap - 61)).toEqual(minutesAfter(cap - 1));
    expect(next(cap - 30)).toEqual(minutesAfter(cap));
    expect(next(cap + 1)).toEqual(minutesAfter(cap + 61));
    expect(next(cap - 30, { error: "TeardownFailed" })).toEqual(minutesAfter(cap + 30));
    expect(next(cap - 30, { onSaveFailure: "keep-forever" })).toEqual(minutesAfter(cap + 30));
    expect(next(700, { onSaveFailure: "terminate" })).toEqual(minutesAfter(720));
  });

  it("comes back later each time, at most an hour", () => {
    expect([0, 1, 2, 3, 6, 50].map(retryMinutes)).toEqual([2, 2, 4, 8, 60, 60]);
  });
});

describe("the undertaker's appointment", () => {
  const appointment = (record: typeof ready | undefined, at: Date, endReason?: EndReason) =>
    decideOnAppointment({ session: "tea", record, endReason, machine: undefined, alarm: undefined }, at);

  it("ends a session whose time is over", () => {
    expect(appointment(ready, minutesAfter(240))).toMatchObject({
      action: "tear-down",
      endReason: "expired",
    });
  });

  it("moves when the session was extended", () => {
    expect(appointment(ready, minutesAfter(229))).toMatchObject({
      action: "come-back",
      at: minutesAfter(230),
    });
  });

  it("with a reason ends a session long before it would expire", () => {
    expect(appointment(ready, now, "launch-stopped")).toMatchObject({ endReason: "launch-stopped" });
  });

  it.each(["idle", "logged-out"] as const)(
    "finds out anew whether a session is in use, when a teardown for being %s never took it",
    (reason) => expect(appointment(ready, now, reason).action).toBe("come-back"),
  );

  it("finishes an end that was begun, for the reason that it was begun for", () => {
    const begun = session({ reason: "operator", claim: claimedBy(teardownArn(1), -1), generation: 1 });
    expect(appointment(begun, now)).toMatchObject({
      action: "tear-down",
      endReason: "operator",
      generation: 1,
    });
  });

  it("waits for a teardown that is at work", () => {
    expect(appointment(held, minutesAfter(10)).action).toBe("nothing");
    expect(appointment(held, minutesAfter(64.99)).action).toBe("nothing");
    expect(appointment(held, minutesAfter(65)).action).toBe("tear-down");
  });

  it("was the last one for a session that has ended or has no record", () => {
    for (const record of [ended, undefined]) {
      expect(appointment(record, minutesAfter(300))).toMatchObject({ action: "dismiss", session: "tea" });
    }
  });

  it("never lets a session live past its time, never ends one before", () => {
    fc.assert(
      fc.property(fc.integer({ min: -30_000, max: 30_000 }), (seconds) => {
        const { action } = appointment(ready, new Date(minutesAfter(240).getTime() + seconds * 1000));
        expect(action).toBe(seconds >= 0 ? "tear-down" : seconds >= -600 ? "warn" : "come-back");
      }),
    );
  });
});

describe("an idle alarm", () => {
  it("gives notice to a session that has been ready for half an alarm's span: the alarm tells once", () => {
    expect(decideOnIdle(ready, seenMachine, minutesAfter(15))).toMatchObject({
      action: "warn",
      notice: { reason: "idle", endsAt: minutesAfter(20).toISOString() },
    });
  });

  it.each([
    ["has told of a login", "open", "nothing"],
    ["has told that nobody is logged in", "none", "warn"],
    ["has told nothing of logins: its idle network is known, and its watch may be broken", undefined, "warn"],
  ])("on a machine that %s", (_, logins, action) => {
    expect(decideOnIdle(ready, { ...seenMachine, logins }, minutesAfter(15)).action).toBe(action);
  });

  it("leaves one that was set up meanwhile: the clock starts at ready", () => {
    expect(decideOnIdle(ready, seenMachine, minutesAfter(14)).action).toBe("nothing");
    expect(decideOnIdle(session(), seenMachine, minutesAfter(300)).action).toBe("nothing");
    expect(decideOnIdle(undefined, undefined, now).action).toBe("nothing");
  });
});

describe("a machine that asks for its end", () => {
  const asking = { ...seenMachine, asks: "logged-out" };

  it("because the last ssh session was closed gets it", () => {
    expect(decideOnAsk(ready, asking, minutesAfter(2))).toEqual({
      action: "tear-down",
      session: "tea",
      endReason: "logged-out",
      generation: 0,
      reason: "the last ssh session was closed",
    });
  });

  it("because it is idle gets it, also when it does not say what it saw", () => {
    const decision = decideOnAsk(ready, { ...asking, asks: "idle" }, minutesAfter(40));
    expect(decision).toMatchObject({
      endReason: "idle",
      reason: "the machine is idle: nobody and nothing works on it",
    });
    expect(decision).not.toHaveProperty("evidence");
  });

  it("because it is idle gets it, and what it saw goes along", () => {
    const asks = "idle: no login - no typing - load 0.02 - for 1810 s";
    expect(decideOnAsk(ready, { ...asking, asks }, minutesAfter(40))).toMatchObject({
      ...{ action: "tear-down", endReason: "idle" },
      told: { evidence: "no login - no typing - load 0.02 - for 1810 s" },
      reason: expect.stringMatching(/^the machine is idle: no login/),
    });
  });

  it.each([undefined, "nothing", "logged-out and more", "logged-out: by my word", "expired", "idle:"])(
    "by an event, while its tag says %s, does not",
    (asks) => {
      expect(decideOnAsk(ready, { ...asking, asks }, minutesAfter(60)).action).toBe("nothing");
    },
  );

  it("cannot have waited for two minutes when it is ready for less", () => {
    expect(decideOnAsk(ready, asking, minutesAfter(1.99)).action).toBe("nothing");
    expect(decideOnAsk(session({ machine }), asking, minutesAfter(60)).action).toBe("nothing");
  });

  it("whose session has ended, is being ended or lives elsewhere changes nothing", () => {
    const later = minutesAfter(20);
    for (const record of [
      undefined,
      { ...ready, status: "ended" as const },
      { ...ready, claim: claimedBy(teardownArn(1)) },
      { ...ready, machine: { ...machine, instanceId: "i-other" } },
      session({ readyAt: now.toISOString() }),
    ]) {
      expect(decideOnAsk(record, asking, later).action).toBe("nothing");
    }
  });
});

describe("a machine whose work is over", () => {
  const alone = { ...ready, blueprint: "retention" };
  const asks = (words: string) => ({ ...seenMachine, asks: words });

  it.each([
    ["done: removed 2 of 9 backups", "work-done", { work: "removed 2 of 9 backups" }],
    ["failed: the repository is damaged", "work-failed", { failure: "the repository is damaged" }],
  ])("and says %s gets its end at once, and is heard", (words, endReason, told) => {
    expect(decideOnAsk(alone, asks(words), now)).toMatchObject({ action: "tear-down", endReason, told });
  });

  it.each(["done", "done: ", "finished: all", "done:all"])("is not heard when it says %j", (words) => {
    expect(decideOnAsk(alone, asks(words), now).action).toBe("nothing");
  });

  it.each([
    ["its launch waits for it", { readyAt: undefined }],
    ["it is held", { heldUntil: minutesAfter(5).toISOString() }],
    ["its end was begun", { reason: "expired" as const }],
  ])("waits while %s", (_, different) => {
    expect(decideOnAsk({ ...alone, ...different }, asks("done: all"), now).action).toBe("nothing");
  });
});

describe("a session that is held", () => {
  it("has its idle machine told so, once, because one that nobody answers ends itself", () => {
    const held = { ...ready, heldUntil: minutesAfter(100).toISOString() };
    const idle = { ...seenMachine, asks: "idle: no login" };
    const answer = `held until ${held.heldUntil}`;
    expect(decideOnAsk(held, idle, minutesAfter(60))).toMatchObject({
      ...{ action: "hear", instanceId: machine.instanceId, answer },
    });
    expect(decideOnAsk(held, { ...idle, heard: answer }, minutesAfter(60)).action).toBe("nothing");
    expect(decideOnAsk(held, { ...idle, heard: "held until then" }, minutesAfter(60)).action).toBe("hear");
  });

  const held = { ...ready, heldUntil: minutesAfter(100).toISOString() };
  const asking = { ...seenMachine, asks: "logged-out" };
  const idleEndings = (at: Date) => [decideOnIdle(held, seenMachine, at), decideOnAsk(held, asking, at)];

  it("is not ended for idleness until the hold is over, and is from that moment on", () => {
    fc.assert(
      fc.property(fc.integer({ min: 15 * 60, max: 200 * 60 }), (seconds) => {
        const actions = idleEndings(new Date(now.getTime() + seconds * 1000)).map(({ action }) => action);
        expect(actions).toEqual(seconds < 6000 ? ["nothing", "nothing"] : ["warn", "tear-down"]);
      }),
    );
  });

  it("is ended at its end, by the operator's teardown and with its machine all the same", () => {
    const long = { ...held, heldUntil: minutesAfter(500).toISOString() };
    const facts = { session: "tea", record: long, machine: undefined, alarm: undefined };
    const appointment = (endReason: "operator" | undefined, at: Date) =>
      decideOnAppointment({ ...facts, endReason }, at).action;
    expect(appointment(undefined, minutesAfter(240))).toBe("tear-down");
    expect(appointment("operator", minutesAfter(1))).toBe("tear-down");
    const gone = { instanceId: machine.instanceId, state: "terminated", phase: undefined };
    expect(decideOnMachine(long, gone, minutesAfter(1)).action).toBe("tear-down");
  });
});

describe("a machine that stopped", () => {
  const gone = { instanceId: machine.instanceId, state: "shutting-down", phase: "preparing" };

  it("while launching fails its launch with what it last said", () => {
    expect(decideOnMachine(session({ machine }), gone, now)).toMatchObject({
      action: "call-off",
      what: "launch",
      instanceId: machine.instanceId,
      cause: expect.stringContaining('"preparing"'),
    });
  });

  it("while ready ends its session", () => {
    expect(decideOnMachine(ready, gone, now)).toMatchObject({
      action: "tear-down",
      endReason: "machine-gone",
    });
  });

  it("in a teardown is what was wanted", () => {
    expect(decideOnMachine({ ...ready, claim: claimedBy(teardownArn(1)) }, gone, now).action).toBe("nothing");
    expect(decideOnMachine({ ...held, machine }, gone, now).action).toBe("nothing");
  });

  it("of no session, or not the session's own, changes nothing", () => {
    expect(decideOnMachine(undefined, gone, now).action).toBe("nothing");
    expect(decideOnMachine(ready, { ...gone, instanceId: "i-other" }, now).action).toBe("nothing");
  });
});
