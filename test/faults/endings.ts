import { setTimeout as pause } from "node:timers/promises";
import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { engine, recordOf, statesOf } from "../workflows/session.ts";
import { appointment, kindsOf, leftOf, letTimePass, over, proxy, toldAbout } from "./scene.ts";

/** The two ways in which a case may end, in their shapes. Who presses Stop knows that it is not gone, and is not told. */
export type Ending =
  | "ready, then gone"
  | "saved, then gone"
  | "kept and told, then saved and gone"
  | "gone"
  | "failed, nothing left"
  | "failed, told what is left, then gone"
  | "stopped, then gone"
  | "extended once, then gone"
  | "not extended, then gone";

const { clients } = engine;

/** The end of an execution, asked for no more often than many at once can be. */
export async function ended(session: string, executionArn: string) {
  for (;;) {
    const execution = await clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    if (execution.status !== "RUNNING") return execution;
    await letTimePass(session);
    await pause(250);
  }
}

/** A launch arrives with all that a session has, or fails with nothing left. */
export async function endOfLaunch(
  session: string,
  execution: string,
  ready: readonly string[],
): Promise<Ending> {
  const over = new AbortController();
  const [{ status }] = await Promise.all([
    ended(session, execution).finally(() => over.abort()),
    stopIfUnheard(session, execution, "AwaitReady", over.signal),
  ]);
  // A launch that could not end its session itself leaves it to an event, which brings somebody.
  if (status !== "SUCCEEDED") return afterFailure(session, 25);
  expect(kindsOf(await leftOf(session)), "what a ready session has").toEqual(ready);
  expect(await recordOf(session)).toMatchObject({ status: "ready" });
  await proxy.lift(session);
  expect(await endOfTeardown(session, await engine.teardown(session))).toBe("gone");
  return "ready, then gone";
}

/** A teardown leaves nothing, or says what it leaves. */
export async function endOfTeardown(session: string, execution: string): Promise<Ending> {
  const { status } = await ended(session, execution);
  if (status !== "SUCCEEDED") return afterFailure(session);
  await over(session);
  return "gone";
}

/** What failed has left nothing, or has told exactly what; then somebody comes back and it is gone. */
export async function afterFailure(session: string, seconds = 1, told = true): Promise<Ending> {
  const clean = await over(session, seconds, (left) => comeForNobody(session, left)).then(
    () => true,
    () => false,
  );
  if (clean) return "failed, nothing left";
  if (told) await expectTold(session);
  await proxy.lift(session);
  await over(session, 120, () => appointment(session));
  return told ? "failed, told what is left, then gone" : "stopped, then gone";
}

/** An undertaker who is all that is left comes, sees that there is nobody to bury, and goes. */
async function comeForNobody(session: string, left: readonly string[]): Promise<void> {
  if (left.every((thing) => thing.startsWith("schedule "))) await appointment(session);
}

/** What is left was told, each thing by its id. */
async function expectTold(session: string): Promise<void> {
  const told = await toldAbout(session);
  // The undertaker stays until all is gone, because it is he who comes back; the place is freed with the account.
  const left = (await leftOf(session)).filter((thing) => !/^(schedule|place) /.test(thing));
  const isTold = (thing: string) => {
    const at = thing.lastIndexOf(" ");
    const kind = thing.slice(0, at).split(" ").at(-1);
    return told.includes(thing.slice(at + 1)) || new RegExp(`${kind}s could not be listed`, "i").test(told);
  };
  const untold = left.filter((thing) => !isTold(thing));
  expect(untold, `left without a word; the operator was told: ${told}`).toEqual([]);
  expect(told, "that it is not gone").toMatch(/is not gone yet|left of session/);
}

/**
 * The engine does not notice that a function died which was to hand on a task token, and would wait for the callback's
 * whole timeout; AWS asks the function again. An operator who loses patience stops it. The machine goes on
 * looking for its note meanwhile, so only functions count.
 */
export async function stopIfUnheard(
  session: string,
  executionArn: string,
  waitsIn: string,
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    await pause(1_000);
    const calls = (await proxy.callsOf(session)).filter(({ caller }) => caller.process !== undefined);
    const died = calls.some(({ fault }) => fault === "kill");
    const quiet = calls.every(({ at }) => at < Date.now() - 4_000);
    if (!died || !quiet || (await statesOf(clients, executionArn)).at(-1) !== waitsIn) continue;
    await clients.stepFunctions.send(new StopExecutionCommand({ executionArn }));
  }
}
