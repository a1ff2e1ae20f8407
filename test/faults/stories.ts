import { setTimeout as pause } from "node:timers/promises";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import * as z from "zod";
import type { Fault } from "../../local/proxy/fault.ts";
import { denialOf } from "../../local/proxy/refusal.ts";
import type { RecordedCall } from "../../local/proxy/remote.ts";
import { call, engine, eventually, machinesOf, recordOf, turnClock, withDoor } from "../workflows/session.ts";
import { afterStoppedBackup, beginLaunchOfAHome, tellBackup, tellLaunchOfAHome } from "./backup-stories.ts";
import { afterFailure, type Ending, ended, endOfLaunch, endOfTeardown } from "./endings.ts";
import { tellIdleness } from "./notice-stories.ts";
import { noMachine } from "./replies.ts";
import {
  beginInterruption,
  ofStepsThat,
  ofTheFirstStepThat,
  takeAway,
  tellInterruption,
  tellRebalance,
  tellSaving,
  untilReadyToSave,
} from "./saving-stories.ts";
import { appointment, launchOf, over, proxy, timeOut } from "./scene.ts";

/** One way through the workflows: a story is told with a fault in it, again and again, and each time it must end well. */
export interface Story {
  /** The function whose calls it is about. */
  readonly caller: "launch" | "teardown" | "extend" | "backup" | "react";
  /** What leads it off the good way, besides the fault. */
  readonly lead: readonly Omit<Fault, "session">[];
  /** The state of its own calls, where no clean run comes. */
  readonly state?: string;
  /** Its machine never answers. */
  readonly silent?: boolean;
  /** Its machine cannot save the first time that it is asked. */
  readonly unsaved?: boolean;
  /** Which of its calls no story before it has made in the same place. */
  readonly own: (calls: readonly RecordedCall[]) => readonly RecordedCall[];
  /** Brings the session to where the story begins. */
  readonly prepare: (session: string) => Promise<void>;
  /** Starts the execution that is stopped, where that is not the caller's own plain start. */
  readonly begin?: (session: string) => Promise<string>;
  /** What happens in any case after a Stop. */
  readonly afterStop?: (session: string) => Promise<void>;
  /** Judges what a Stop leaves, where that is no end of the session. */
  readonly tellStopped?: (session: string) => Promise<Ending>;
  /** Tells it to its end, and judges that. `ready` is what there is of a session that is ready. */
  readonly tell: (session: string, ready: readonly string[]) => Promise<Ending>;
}

const all = (calls: readonly RecordedCall[]) => calls;
const only =
  (...actions: string[]) =>
  (calls: readonly RecordedCall[]) =>
    calls.filter(({ action }) => actions.includes(action));
const nothingBefore = () => Promise.resolve();

async function untilReady(session: string): Promise<void> {
  await proxy.watch(session);
  const { status, cause } = await ended(session, await engine.launch(session, withDoor));
  if (status !== "SUCCEEDED") throw new Error(`a clean launch is ${status}: ${cause}`);
}

/** The machine has its note, the launch has seen that it lives, and waits for an answer. */
async function untilWaiting(session: string): Promise<void> {
  await proxy.watch(session);
  await engine.launch(session, withDoor);
  await eventually(async () => {
    const done = (await proxy.callsOf(session)).filter(({ status }) => status === 200);
    const note = done.findLastIndex(({ action }) => action === "PutParameter");
    const look = done.findLastIndex(
      ({ caller, action }) => caller.name === "launch" && action === "DescribeInstances",
    );
    if (note < 0 || look < note) throw new Error("the launch does not wait yet");
  });
}

async function tellLaunch(session: string, ready: readonly string[]): Promise<Ending> {
  return endOfLaunch(session, await engine.launch(session, withDoor), ready);
}

async function tellTeardown(session: string): Promise<Ending> {
  return endOfTeardown(session, await engine.teardown(session));
}

/** A launch that could not be stopped waits until its time is over, and finds its session ended. */
async function tellTeardownOfLaunch(session: string): Promise<Ending> {
  const { status } = await ended(session, await engine.teardown(session));
  const executionArn = launchOf(session);
  const launch = await engine.clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (launch.status === "RUNNING") await timeOut(session);
  expect((await ended(session, executionArn)).status).not.toBe("SUCCEEDED");
  if (status !== "SUCCEEDED") return afterFailure(session);
  await over(session);
  return "gone";
}

/** An extension happens once and whole, or not at all; what its session may cost is given back at the end either way. */
async function tellExtension(session: string): Promise<Ending> {
  const before = await termsOf(session);
  const { status } = await ended(session, await engine.extend(session, { extendMinutes: 30 }));
  const after = await termsOf(session);
  if (status === "SUCCEEDED") expect(after.expiresAt).toBe(before.expiresAt + 30 * 60_000);
  // Who is told that it failed may ask again: it is then done, or it was done and is found so.
  else expect([before.expiresAt, before.expiresAt + 30 * 60_000]).toContain(after.expiresAt);
  expect(after.estimate > before.estimate, "dollars go with minutes").toBe(
    after.expiresAt > before.expiresAt,
  );
  await proxy.lift(session);
  await endOfTeardown(session, await engine.teardown(session));
  return status === "SUCCEEDED" ? "extended once, then gone" : "not extended, then gone";
}

const terms = z.object({ expiresAt: z.string().transform(Date.parse), estimate: z.number() });
const termsOf = async (session: string) => terms.parse(await recordOf(session));

/** Scheduler asks again when react fails, and so does whoever plays it here. The clock of a session is its record. */
async function tellAppointment(session: string): Promise<Ending> {
  await turnClock(session, "expiresAt", new Date(Date.now() - 1_000));
  await appointment(session).catch(() => proxy.lift(session).then(() => appointment(session)));
  await over(session);
  return "gone";
}

/** EventBridge asks again when react fails, as often as an hour has room for; the engine does not. */
async function tellDeath(session: string): Promise<Ending> {
  const InstanceIds = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  await engine.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  const over = new AbortController();
  const asked = askAgain(session, InstanceIds[0] ?? "", over.signal);
  const { status } = await ended(session, launchOf(session)).finally(() => over.abort());
  await asked;
  if (status === "SUCCEEDED") throw new Error("a launch arrived whose machine had died");
  return afterFailure(session, 25);
}

async function askAgain(session: string, instanceId: string, over: AbortSignal): Promise<void> {
  const event = {
    source: "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    detail: { "instance-id": instanceId, state: "terminated" },
  };
  for (let times = 0; !over.aborted; times += 1) {
    await pause(2_000);
    if (times > 2) await proxy.lift(session);
    if (!over.aborted) await call("react", event).catch(() => undefined);
  }
}

export const stories = {
  launch: { caller: "launch", lead: [], own: all, prepare: nothingBefore, tell: tellLaunch },
  "launch without capacity": {
    caller: "launch",
    state: "GiveUp",
    lead: [{ caller: "launch", service: "ec2", action: "CreateFleet", deed: noMachine }],
    own: (calls) => calls.slice(calls.findLastIndex(({ action }) => action === "CreateFleet") + 1),
    prepare: nothingBefore,
    tell: tellLaunch,
  },
  teardown: { caller: "teardown", lead: [], own: all, prepare: untilReady, tell: tellTeardown },
  "teardown held up": {
    caller: "teardown",
    state: "ReportLeftovers",
    lead: [
      {
        caller: "teardown",
        service: "ec2",
        action: "DeleteSecurityGroup",
        deed: { do: "error", ...denialOf("ec2") },
      },
    ],
    own: (calls) => only("Publish")(calls).slice(0, 1),
    prepare: untilReady,
    tell: tellTeardown,
  },
  "teardown of a launch": {
    caller: "teardown",
    lead: [],
    silent: true,
    own: only("StopExecution"),
    prepare: untilWaiting,
    tell: tellTeardownOfLaunch,
  },
  extension: { caller: "extend", lead: [], own: all, prepare: untilReady, tell: tellExtension },
  appointment: { caller: "react", lead: [], own: all, prepare: untilReady, tell: tellAppointment },
  death: {
    caller: "react",
    lead: [],
    silent: true,
    // A machine goes in two steps, and each is an event: what the second one makes react do, the first one has.
    own: (calls) => calls.filter(({ nth }) => nth === 1),
    prepare: untilWaiting,
    tell: tellDeath,
  },
  "teardown that saves": {
    caller: "teardown",
    lead: [],
    own: ofStepsThat("PutParameter", "ListObjectsV2"),
    prepare: untilReadyToSave,
    tell: tellSaving,
  },
  "teardown that cannot save": {
    caller: "teardown",
    lead: [],
    unsaved: true,
    own: ofTheFirstStepThat((step) => step.some(({ action }) => action === "Publish")),
    prepare: untilReadyToSave,
    tell: tellSaving,
  },
  interruption: { caller: "react", lead: [], own: all, prepare: untilReadyToSave, tell: tellInterruption },
  "teardown of the interrupted": {
    caller: "teardown",
    lead: [],
    own: (calls) => {
      const saved = calls.findLastIndex(({ action }) => action === "ListObjectsV2");
      const after = calls
        .slice(saved + 1)
        .filter(({ caller }) => caller.invocation !== calls[saved]?.caller.invocation);
      return [...ofStepsThat("PutParameter")(calls), ...ofTheFirstStepThat(() => true)(after)];
    },
    prepare: untilReadyToSave,
    begin: beginInterruption,
    afterStop: takeAway,
    tell: tellInterruption,
  },
  rebalance: {
    caller: "react",
    lead: [],
    own: (calls) => only("CreateTags")(calls).slice(0, 1),
    prepare: untilReadyToSave,
    tell: tellRebalance,
  },
  "launch of a home": {
    caller: "launch",
    lead: [],
    own: ofStepsThat("PutParameter"),
    prepare: nothingBefore,
    begin: beginLaunchOfAHome,
    tell: tellLaunchOfAHome,
  },
  backup: {
    caller: "backup",
    lead: [],
    own: all,
    prepare: untilReadyToSave,
    begin: engine.backup,
    tellStopped: afterStoppedBackup,
    tell: tellBackup,
  },
  idleness: { caller: "react", lead: [], own: all, prepare: untilReady, tell: tellIdleness },
} as const satisfies Record<string, Story>;
export type StoryName = keyof typeof stories;

/** All of them, as what they have in common. */
export const storyOf = (name: StoryName): Story => stories[name];
