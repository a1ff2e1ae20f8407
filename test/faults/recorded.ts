import type { RecordedCall } from "../../local/proxy/remote.ts";
import { newSession } from "../local/engine.ts";
import { engine, turnClock, withDoor } from "../workflows/session.ts";
import { appointment, leftOf, over, proxy } from "./scene.ts";

/** The stories that are recorded: a launch, the teardown that an operator asks for, the one that an appointment brings. */
export type Story = "launch" | "teardown" | "appointment";

/** A call that a function makes when nothing goes wrong: where a fault can be put. */
export interface Target {
  readonly story: Story;
  /** The function. */
  readonly caller: string;
  readonly service: string;
  readonly action: string;
  readonly nth: number;
}

const functions = ["launch", "teardown", "react"];

/** One clean session for each way in, its calls in the order in which they were made. */
export async function recordCleanRuns() {
  const byHand = newSession("clean");
  const launch = await launched(byHand);
  const kinds = kindsOf(await leftOf(byHand));
  const { status } = await engine.waitFor(await engine.teardown(byHand));
  if (status !== "SUCCEEDED") throw new Error(`a clean teardown is ${status}`);
  await over(byHand);
  const teardown = (await proxy.callsOf(byHand)).slice(launch.length);

  const byClock = newSession("clean");
  const before = await launched(byClock);
  await appointmentWhenExpired(byClock);
  await over(byClock);
  const react = (await proxy.callsOf(byClock))
    .slice(before.length)
    .filter(({ caller, action }) => caller.name === "react" && !action.startsWith("DescribeInstances"));
  return {
    /** What there is of a session that is ready. */
    kinds,
    targets: [
      ...targetsOf("launch", launch),
      ...targetsOf("teardown", teardown),
      ...targetsOf("appointment", react),
    ],
  };
}

async function launched(session: string): Promise<RecordedCall[]> {
  await proxy.watch(session);
  const { status, cause } = await engine.waitFor(await engine.launch(session, withDoor));
  if (status !== "SUCCEEDED") throw new Error(`a clean launch is ${status}: ${cause}`);
  return proxy.callsOf(session);
}

/** The clock of a session is its record. */
export async function appointmentWhenExpired(session: string): Promise<void> {
  await turnClock(session, "expiresAt", new Date(Date.now() - 1_000));
  await appointment(session);
}

/** "machine i-1" is of the kind machine, "security group sg-1" a security group. */
export const kindsOf = (things: string[]): string[] =>
  things.map((thing) => thing.slice(0, thing.lastIndexOf(" "))).toSorted();

const targetsOf = (story: Story, calls: RecordedCall[]): Target[] =>
  calls
    .filter(({ caller }) => functions.includes(caller.name))
    .map(({ caller, service, action, nth }) => ({ story, caller: caller.name, service, action, nth }));
