import { setTimeout as pause } from "node:timers/promises";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Fault } from "../../local/proxy/fault.ts";
import { engine, eventually, recordOf, statesOf, withDoor } from "../workflows/session.ts";
import { afterFailure, type Ending } from "./endings.ts";
import { forget } from "./forget.ts";
import { isWrite } from "./kinds.ts";
import { newSessionFor } from "./play.ts";
import type { Target } from "./recorded.ts";
import { notTerminated } from "./replies.ts";
import { letTimePass, NotReached, proxy } from "./scene.ts";
import { type StoryName, storyOf } from "./stories.ts";

type Call = Omit<Fault, "session" | "deed">;

/** The Stop button in a state: the workflow is over at once, a function that is at work in it goes on. */
export interface Stop {
  readonly workflow: "launch" | "teardown" | "backup";
  readonly state: string;
  readonly story: StoryName;
  /** What leads to the state, besides what belongs to the story. */
  readonly lead?: readonly Omit<Fault, "session">[];
  /** What is launched, where it is not the usual machine. */
  readonly input?: object;
  /** Which call of the state is under way. Without it the state itself is waited for. */
  readonly hold?: Call;
}

/** Longer than anything here takes: it is lifted before. */
const held = 60_000;

/**
 * One for every call that changes something, so that between any two changes somebody has pressed it, and one for each
 * state that changes nothing.
 */
function onRecordedCalls(targets: readonly Target[]): Stop[] {
  return targets.flatMap((target, index) => {
    const { story, caller, state, service, action, nth } = target;
    if (caller === "react" || caller === "extend" || state === undefined) return [];
    const here = (each: Target) => each.story === story && each.state === state;
    const isFirst = targets.findIndex(here) === index;
    const changesNothing = !targets.some((each) => here(each) && isWrite(each));
    if (!isWrite(target) && !(isFirst && changesNothing)) return [];
    return { workflow: caller, state, story, hold: { caller, service, action, nth } };
  });
}

/** States to which no clean run comes. */
const offTheGoodWay: readonly Stop[] = [
  {
    workflow: "launch",
    state: "AwaitReady",
    story: "launch",
    // Nobody of ours is at work: the machine has not answered yet.
    hold: { caller: "body", service: "ssm", action: "GetParameter" },
  },
  {
    workflow: "launch",
    state: "AwaitRestore",
    story: "launch",
    input: { blueprint: "devbox" },
    hold: { caller: "body", service: "ssm", action: "GetParameter" },
  },
  {
    workflow: "launch",
    state: "TearDown",
    story: "launch without capacity",
    hold: { caller: "teardown", service: "dynamodb", action: "UpdateItem" },
  },
  {
    workflow: "teardown",
    state: "WaitForTermination",
    story: "teardown",
    lead: [{ caller: "teardown", service: "ec2", action: "TerminateInstances", deed: notTerminated }],
  },
  {
    workflow: "teardown",
    state: "WaitForInterruption",
    story: "teardown of the interrupted",
  },
  {
    workflow: "teardown",
    state: "WaitForRemoval",
    story: "teardown",
    lead: [
      {
        caller: "teardown",
        service: "ec2",
        action: "DeleteNetworkInterface",
        deed: { do: "error", name: "InvalidParameterValue" },
      },
      {
        caller: "teardown",
        service: "ec2",
        action: "DeleteSecurityGroup",
        deed: { do: "error", name: "DependencyViolation" },
      },
    ],
  },
];

export const stopsOf = (targets: readonly Target[]): readonly Stop[] => [
  ...onRecordedCalls(targets),
  ...offTheGoodWay,
];

export const nameOfStop = ({ workflow, state, hold }: Stop): string =>
  [
    "stop",
    workflow,
    state,
    ...(hold === undefined ? [] : [`${hold.service} ${hold.action} ${hold.nth ?? 1}`]),
  ].join(" · ");

export async function playStop(stop: Stop): Promise<Ending> {
  const story = storyOf(stop.story);
  const session = newSessionFor(story);
  await proxy.watch(session);
  await story.prepare(session);
  for (const each of [...story.lead, ...(stop.lead ?? [])]) await proxy.inject({ ...each, session });
  if (stop.hold !== undefined) {
    await proxy.inject({ ...stop.hold, times: 1, session, deed: { do: "hold", milliseconds: held } });
  }
  const begin =
    story.begin ??
    (stop.workflow === "launch"
      ? (id: string) => engine.launch(id, stop.input ?? withDoor)
      : engine.teardown);
  const executionArn = await begin(session);
  await eventually(async () => {
    await letTimePass(session);
    await hasCome(stop, session, executionArn);
  }, 60).catch((error: unknown) => {
    throw new NotReached(`${nameOfStop(stop)}: ${error}`);
  });
  await engine.clients.stepFunctions.send(new StopExecutionCommand({ executionArn }));
  // As late as a function can still be at work: when somebody has begun to clean up.
  await eventually(
    async () => {
      if ((await recordOf(session))?.reason === undefined) throw new Error("nobody has begun to clean up");
    },
    story.tellStopped === undefined ? 4 : 0,
  ).catch(() => undefined);
  await proxy.lift(session);
  await pause(500);
  await story.afterStop?.(session);
  const ending =
    story.tellStopped === undefined
      ? await afterFailure(session, stop.workflow === "launch" ? 15 : 1, false)
      : await story.tellStopped(session);
  await forget(session);
  return ending;
}

async function hasCome({ state, hold }: Stop, session: string, executionArn: string): Promise<void> {
  if (hold === undefined) {
    const last = (await statesOf(engine.clients, executionArn)).at(-1);
    if (last !== state) throw new Error(`it is in ${last}`);
    return;
  }
  const calls = await proxy.callsOf(session);
  if (!calls.some(({ fault }) => fault === "hold")) throw new Error("the call is not made");
}
