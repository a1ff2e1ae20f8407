import { setTimeout as pause } from "node:timers/promises";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually, recordOf, withDoor } from "../workflows/session.ts";
import { afterFailure, type Ending } from "./play.ts";
import type { Target } from "./recorded.ts";
import { proxy } from "./scene.ts";

/** The Stop button while a step is in the middle of a call: the workflow is over at once, the function goes on. */
export interface Stop {
  readonly name: string;
  readonly at: Target;
}

/** Longer than anything here takes: it is lifted before. */
const held = 60_000;

const isWrite = ({ action }: Target) => !/^(Get|Describe|List)/.test(action);

/** One for every call that changes something: that is in every state that does something, and between any two changes. */
export const stopsOf = (targets: readonly Target[]): Stop[] =>
  targets
    .filter((at) => at.caller === at.story && isWrite(at))
    .map((at) => ({ name: `stop · ${at.story} · ${at.service} ${at.action} ${at.nth}`, at }));

export async function playStop({ at }: Stop): Promise<Ending> {
  const session = newSession("stop");
  const { caller, service, action, nth } = at;
  const hold = { session, caller, service, action, nth, times: 1 };
  const inject = () => proxy.inject({ ...hold, deed: { do: "hold", milliseconds: held } });
  if (at.story === "launch") await inject();
  const launch = await engine.launch(session, withDoor);
  let execution = launch;
  if (at.story === "teardown") {
    await proxy.watch(session);
    expect((await engine.waitFor(launch)).status).toBe("SUCCEEDED");
    await inject();
    execution = await engine.teardown(session);
  }
  await eventually(async () => {
    const calls = await proxy.callsOf(session);
    if (!calls.some(({ fault }) => fault === "hold")) throw new Error("the call is not made");
  });
  await engine.clients.stepFunctions.send(new StopExecutionCommand({ executionArn: execution }));
  // As late as a function can still be at work: when somebody has begun to clean up.
  await eventually(async () => {
    if ((await recordOf(session))?.reason === undefined) throw new Error("nobody has begun to clean up");
  }, 4).catch(() => undefined);
  await proxy.lift(session);
  await pause(500);
  return afterFailure(session, at.story === "launch" ? 15 : 1, false);
}
