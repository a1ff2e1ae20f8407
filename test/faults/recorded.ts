import type { RecordedCall } from "../../local/proxy/remote.ts";
import { newSession } from "../local/engine.ts";
import { engine, statesOf } from "../workflows/session.ts";
import { lambdaStates } from "./asl.ts";
import { newSessionFor } from "./play.ts";
import { executionsOf, kindsOf, leftOf, over, proxy } from "./scene.ts";
import { type Story, type StoryName, stories, storyOf } from "./stories.ts";

/** A call that a function makes when nothing else goes wrong: where a fault can be put. */
export interface Target {
  readonly story: StoryName;
  /** The function. */
  readonly caller: Story["caller"];
  /** The state in which its workflow was, where it can be told. */
  readonly state?: string;
  readonly service: string;
  readonly action: string;
  readonly nth: number;
}

/** What there is of a session that is ready. */
export async function readyThings(): Promise<string[]> {
  const session = newSession("clean");
  await stories.teardown.prepare(session);
  const kinds = kindsOf(await leftOf(session));
  await stories.teardown.tell(session);
  return kinds;
}

/** Tells each story once without a fault, and answers the calls of its function in the order in which they were made. */
export async function recordStories(ready: readonly string[]): Promise<Target[]> {
  const names = Object.keys(stories).filter((name): name is StoryName => name in stories);
  return (await Promise.all(names.map((name) => record(name, storyOf(name), ready)))).flat();
}

async function record(name: StoryName, story: Story, ready: readonly string[]): Promise<Target[]> {
  const session = newSessionFor(story);
  await proxy.watch(session);
  await story.prepare(session);
  const before = (await proxy.callsOf(session)).length;
  for (const each of story.lead) await proxy.inject({ ...each, session });
  await story.tell(session, ready);
  await over(session);
  const calls = (await proxy.callsOf(session))
    .slice(before)
    .filter(({ caller }) => caller.name === story.caller);
  const states = story.state === undefined ? await statesAt(session, story, calls) : undefined;
  return story.own(calls).map(({ caller, service, action, nth }) => {
    const state = story.state ?? states?.get(caller.invocation);
    return { story: name, caller: story.caller, ...(state && { state }), service, action, nth };
  });
}

/** On a clean run each invocation of a function is one state of its workflow, in the same order. */
async function statesAt(session: string, { caller }: Story, calls: readonly RecordedCall[]) {
  if (caller === "react") return new Map<string | undefined, string>();
  const executions = await executionsOf(caller, session);
  const entered = await Promise.all(
    executions.map(({ executionArn = "" }) => statesOf(engine.clients, executionArn)),
  );
  const states = entered.flat().filter((state) => lambdaStates[caller].has(state));
  const invocations = [...new Set(calls.map(({ caller }) => caller.invocation))];
  if (states.length !== invocations.length) {
    throw new Error(`${caller}: ${invocations.length} invocations for the states ${states.join(", ")}`);
  }
  return new Map(invocations.map((invocation, index) => [invocation, states[index] ?? ""]));
}
