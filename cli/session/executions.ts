import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  paginateListStateMachines,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { isNamed } from "../../functions/session/errors.ts";
import { namesOf } from "../../functions/session/names.ts";
import { isUnheard } from "../aws/explain.ts";
import type { Context } from "../context.ts";

export type Workflow = "launch" | "teardown" | "extend" | "backup" | "ssh";

type Caller = Pick<Context, "clients" | "stage" | "account" | "target">;

async function arnOf(caller: Caller, kind: "stateMachine" | "execution", workflow: Workflow, name?: string) {
  const { partition, region, id } = await caller.account();
  const machine = namesOf(caller.stage).workflow(workflow);
  const arn = `arn:${partition}:states:${region}:${id}:${kind}:${machine}`;
  return name === undefined ? arn : `${arn}:${name}`;
}

export const executionOf = (caller: Caller, workflow: Workflow, name: string): Promise<string> =>
  arnOf(caller, "execution", workflow, name);

/** A new name each time, because names of executions stay taken; 47 characters at most of 80. */
export const executionName = (session: string) => `${session}-${randomBytes(3).toString("hex")}`;

/**
 * Starts a workflow the way anyone does, by its public name. When the reply is lost, or says that the name is taken,
 * the execution of that name is looked at: it is ours if it has our input. Answers the execution.
 */
export async function start(
  caller: Caller,
  workflow: Workflow,
  name: string,
  input: object,
): Promise<string> {
  const client = await caller.clients.stepFunctions();
  const stateMachineArn = await arnOf(caller, "stateMachine", workflow);
  const executionArn = await executionOf(caller, workflow, name);
  const text = JSON.stringify(input);
  try {
    await client.send(new StartExecutionCommand({ stateMachineArn, name, input: text }));
  } catch (error) {
    if (!isUnheard(error) && !isNamed(error, "ExecutionAlreadyExists")) throw error;
    const there = await describe(caller, executionArn).catch(() => undefined);
    if (there?.input !== text) throw error;
  }
  return executionArn;
}

export async function describe(caller: Caller, executionArn: string): Promise<DescribeExecutionOutput> {
  const client = await caller.clients.stepFunctions();
  return client.send(new DescribeExecutionCommand({ executionArn }));
}

/** Stops an execution; one that is over, or never was, is stopped. */
export async function stop(caller: Caller, executionArn: string, cause: string): Promise<void> {
  const client = await caller.clients.stepFunctions();
  try {
    await client.send(new StopExecutionCommand({ executionArn, error: "Cancelled", cause }));
  } catch (error) {
    if (!isNamed(error, "ExecutionDoesNotExist", "ValidationException")) throw error;
  }
}

/** A state that an execution has entered. */
export interface Entered {
  readonly state: string;
  readonly at: Date;
}

export interface Following {
  readonly entered?: (entered: Entered) => void;
  /** Called at every look. */
  readonly look?: () => Promise<void>;
  /** Ends the waiting, not the execution. */
  readonly signal: AbortSignal;
}

/** The engine answers in a millisecond; Step Functions has a quota on looking. */
const interval = ({ target }: Caller) => (target.kind === "local" ? 80 : 1_000);

/** A laptop's network comes and goes. */
const patienceMilliseconds = 60_000;

/**
 * Follows an execution to its end, through a network that is away for a minute. Answers undefined when the waiting
 * was ended before it.
 */
export async function follow(
  caller: Caller,
  executionArn: string,
  { entered = () => undefined, look = async () => undefined, signal }: Following,
): Promise<DescribeExecutionOutput | undefined> {
  const newStates = statesOf(caller, executionArn);
  let silentSince: number | undefined;
  while (!signal.aborted) {
    try {
      const execution = await describe(caller, executionArn);
      for (const state of await newStates()) entered(state);
      if (execution.status !== "RUNNING") return execution;
      await look();
      silentSince = undefined;
    } catch (error) {
      silentSince ??= performance.now();
      if (!isUnheard(error) || performance.now() - silentSince > patienceMilliseconds) throw error;
    }
    await pause(interval(caller), undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/** The states entered since it was last asked, the newest events first from AWS, so that one page is enough. */
function statesOf(caller: Caller, executionArn: string): () => Promise<Entered[]> {
  let seen = 0;
  return async () => {
    const client = await caller.clients.stepFunctions();
    const found: (Entered & { id: number })[] = [];
    let nextToken: string | undefined;
    let oldest = Number.POSITIVE_INFINITY;
    do {
      const history = await client.send(
        new GetExecutionHistoryCommand({
          executionArn,
          reverseOrder: true,
          includeExecutionData: false,
          nextToken,
        }),
      );
      for (const { id = 0, timestamp = new Date(), stateEnteredEventDetails } of history.events ?? []) {
        oldest = Math.min(oldest, id);
        const state = stateEnteredEventDetails?.name;
        if (id > seen && state !== undefined) found.push({ id, state, at: timestamp });
      }
      nextToken = history.nextToken;
    } while (nextToken !== undefined && oldest > seen);
    found.sort((one, other) => one.id - other.id);
    seen = found.at(-1)?.id ?? seen;
    return found;
  };
}

/** The stages that can be launched in: those with a workflow for it. */
export async function findStages(caller: Pick<Context, "clients">): Promise<string[]> {
  const client = await caller.clients.stepFunctions();
  const stages: string[] = [];
  for await (const { stateMachines } of paginateListStateMachines({ client }, {})) {
    stages.push(...(stateMachines ?? []).flatMap(({ name = "" }) => /^(.+)-launch$/.exec(name)?.[1] ?? []));
  }
  return stages;
}
