import { expect, it } from "vitest";
import { decideOnAsk, decideOnIdle } from "../../../functions/react/decisions/activity.ts";
import { decideOnAppointment } from "../../../functions/react/decisions/appointment.ts";
import { decideOnLaunch, decideOnTeardown } from "../../../functions/react/decisions/executions.ts";
import { decideOnMachine } from "../../../functions/react/decisions/machine.ts";
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

/** The reason of every decision is logged, and "why" is what an operator asks of a log. */

const ready = session({ status: "ready", machine, readyAt: now.toISOString() });
const ended = session({ status: "ended", generation: 1 });
const held = session({ claim: claimedBy(teardownArn(1)), generation: 1 });
const aborted = { arn: launchArn, status: "ABORTED" as const };
const failed = {
  arn: teardownArn(1),
  status: "FAILED" as const,
  endReason: "idle" as const,
  onSaveFailure: "keep" as const,
};
const heldUntil = minutesAfter(90).toISOString();
const asking = { ...seenMachine, asks: "logged-out" };
const gone = { instanceId: machine.instanceId, state: "shutting-down", phase: undefined };

const appointment = (record: typeof ready | undefined, minutes = 300, begun?: "idle" | "operator") =>
  decideOnAppointment(
    { session: "tea", record, endReason: begun, machine: undefined, alarm: undefined },
    minutesAfter(minutes),
  );

it.each([
  [() => decideOnLaunch("tea", ended, aborted, now), "session ended already; the launch is ABORTED"],
  [() => decideOnLaunch("tea", held, aborted, now), "a teardown is at work; the launch is ABORTED"],
  [() => decideOnLaunch("tea", session(), { ...aborted, error: "Refused" }, now), "the launch was refused"],
  [
    () => decideOnLaunch("tea", session(), { ...aborted, arn: "other" }, now),
    "the session belongs to another launch",
  ],
  [() => decideOnTeardown(ready, { ...failed, error: "Refused" }, now), "the teardown was refused"],
  [() => decideOnTeardown(undefined, failed, now), "the session has no record"],
  [() => decideOnTeardown(ended, failed, now), "the session has ended"],
  [() => decideOnTeardown(held, { ...failed, arn: "other" }, now), "another teardown is at work"],
  [() => appointment(undefined), "the session has no record"],
  [() => appointment(ended), "the session has ended"],
  [() => appointment(ready, 0, "operator"), "its end was begun and not finished"],
  [() => appointment({ ...ready, reason: "idle" }, 0, "idle"), "its end was begun and not finished"],
  [() => appointment(ready, 0, "idle"), "its time is not over"],
  [() => appointment(ready, 0), "its time is not over"],
  [() => appointment(ready), "its time is over"],
  [() => decideOnIdle(undefined, seenMachine, now), "the session has no record"],
  [() => decideOnIdle(session(), seenMachine, now), "the machine is not ready yet; setting up is activity"],
  [() => decideOnIdle(ready, seenMachine, now), `ready only since ${now.toISOString()}`],
  [() => decideOnIdle(ready, seenMachine, minutesAfter(60)), "the network was idle for 30 minutes"],
  [
    () => decideOnIdle({ ...ready, heldUntil }, seenMachine, minutesAfter(60)),
    `held until ${heldUntil}; the network was idle for 30 minutes`,
  ],
  [
    () => decideOnIdle(ready, undefined, minutesAfter(60)),
    "its machine cannot be seen, and unknown counts as active; the network was idle for 30 minutes",
  ],
  [
    () => decideOnIdle(ready, { ...seenMachine, logins: "open" }, minutesAfter(60)),
    "somebody is logged in; the network was idle for 30 minutes",
  ],
  [
    () => decideOnAsk(ready, { ...asking, logins: "open" }, minutesAfter(60)),
    "somebody is logged in; the last ssh session was closed",
  ],
  [
    () => decideOnAsk({ ...ready, reason: "logged-out", generation: 3 }, asking, minutesAfter(60)),
    "its end was begun (logged-out); the last ssh session was closed",
  ],
  [() => decideOnAsk(undefined, asking, now), "the machine belongs to no session"],
  [
    () => decideOnAsk(ready, { ...asking, instanceId: "i-other" }, now),
    "the session lives on another machine",
  ],
  [() => decideOnAsk(session(), asking, now), "the session lives on another machine"],
  [() => decideOnAsk(ready, { ...asking, asks: undefined }, now), "the machine's tag asks for nothing"],
  [() => decideOnAsk(ready, { ...asking, asks: "nothing" }, now), "the machine's tag asks for nothing"],
  [
    () => decideOnAsk(session({ machine }), asking, now),
    "the machine is not ready yet, and its launch waits for it",
  ],
  [() => decideOnAsk(ready, asking, now), `ready only since ${now.toISOString()}`],
  [
    () => decideOnAsk({ ...ready, heldUntil }, asking, minutesAfter(60)),
    `held until ${heldUntil}; the last ssh session was closed`,
  ],
  [() => decideOnAsk(ready, asking, minutesAfter(60)), "the last ssh session was closed"],
  [() => decideOnMachine(undefined, gone, now), "the machine belongs to no session"],
  [
    () => decideOnMachine(ready, { ...gone, instanceId: "i-other" }, now),
    "the session lives on another machine",
  ],
  [() => decideOnMachine(ready, gone, now), "the machine is shutting-down"],
  [
    () => decideOnMachine(session({ machine }), gone, now),
    'the machine shut itself down; its last phase was "none"',
  ],
])("%# says why", (decide, why) => {
  expect(decide().reason).toBe(why);
});

it("a teardown that failed has only its own claim to give up", () => {
  const lapsed = session({ claim: claimedBy(teardownArn(7), -1), generation: 8 });
  expect(decideOnTeardown(lapsed, failed, now)).not.toHaveProperty("deadClaim");
  expect(decideOnTeardown(ready, failed, now)).not.toHaveProperty("deadClaim");
});

it("a machine that is gone before its session has written it down fails the launch all the same", () => {
  expect(decideOnMachine(session(), gone, now)).toMatchObject({
    action: "call-off",
    what: "launch",
    session: "tea",
  });
});
