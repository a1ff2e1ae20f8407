import {
  CreateStateMachineCommand,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type Local, startLocal } from "../../local/local.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { type Figure, median, timed } from "./figures.ts";

const warmSessions = 7;

/** Whole sessions on an engine of their own: the first one cold, the others warm. */
export async function sessions(folder: string): Promise<Figure[]> {
  const local = await startLocal({
    ports: "free",
    folder,
    failed: (error) => {
      throw error;
    },
  });
  try {
    const empty = median(await Promise.all([timed(await emptyStory(local)), timed(await emptyStory(local))]));
    const [cold, ...warm] = await inTurn(warmSessions + 1, (index) => session(local, `bench-${index}`));
    if (cold === undefined) throw new Error("no session was run");
    const yardstick = { what: "an execution of 8 empty states", value: empty / 1000 };
    const seconds = (pick: (one: Session) => number) => median(warm.map(pick)) / 1000;
    return [
      { what: "launch to ready, cold", value: cold.launch / 1000, unit: "s", yardstick },
      { what: "launch to ready, warm", value: seconds(({ launch }) => launch), unit: "s", yardstick },
      { what: "teardown, cold", value: cold.teardown / 1000, unit: "s", yardstick },
      { what: "teardown, warm", value: seconds(({ teardown }) => teardown), unit: "s", yardstick },
      { what: "a whole session", value: cold.transitions, unit: "transitions" },
    ];
  } finally {
    local.stop();
  }
}

interface Session {
  launch: number;
  teardown: number;
  transitions: number;
}

async function session({ clients, stage }: Local, name: string): Promise<Session> {
  const executions: string[] = [];
  const run = async (workflow: "launch" | "teardown", input: object) => {
    const execution = await startWorkflow(clients, stage, workflow, name, input);
    executions.push(execution);
    const { status, cause } = await endOf(clients, execution);
    if (status !== "SUCCEEDED") throw new Error(`${workflow} of ${name} is ${status}: ${cause}`);
  };
  const launch = await timed(() => run("launch", { blueprint: "admin" }));
  const teardown = await timed(() => run("teardown", { session: name }));
  const counts = await Promise.all(executions.map((execution) => transitions({ clients }, execution)));
  return { launch, teardown, transitions: counts.reduce((sum, one) => sum + one, 0) };
}

/** What AWS bills: every state entered, and entering the execution itself. */
async function transitions({ clients }: Pick<Local, "clients">, executionArn: string): Promise<number> {
  let count = 1;
  const pages = paginateGetExecutionHistory({ client: clients.stepFunctions }, { executionArn });
  for await (const { events } of pages) {
    count +=
      events?.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined).length ?? 0;
  }
  return count;
}

/** The engine's own share: as many states as a launch has, with nothing in them. */
async function emptyStory({ clients }: Local): Promise<() => Promise<void>> {
  const names = Array.from({ length: 8 }, (_, index) => `Pass${index}`);
  const States = Object.fromEntries(
    names.map((name, index) => [
      name,
      { Type: "Pass", ...(names[index + 1] ? { Next: names[index + 1] } : { End: true }) },
    ]),
  );
  const { stateMachineArn } = await clients.stepFunctions.send(
    new CreateStateMachineCommand({
      name: `empty-${crypto.randomUUID()}`,
      roleArn: "arn:aws:iam::000000000000:role/none",
      definition: JSON.stringify({ StartAt: names[0], States }),
    }),
  );
  return async () => {
    const { executionArn = "" } = await clients.stepFunctions.send(
      new StartExecutionCommand({ stateMachineArn }),
    );
    await endOf(clients, executionArn);
  };
}

async function inTurn<Result>(times: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < times; index += 1) results.push(await work(index));
  return results;
}
