import { setTimeout as pause } from "node:timers/promises";
import { DescribeExecutionCommand, ListExecutionsCommand } from "@aws-sdk/client-sfn";
import { type Local, startLocal } from "../../local/local.ts";
import { startWorkflow } from "../../local/session/run.ts";
import { type Figure, timed } from "./figures.ts";
import { type Party, type Share, type Shares, sharesOf } from "./parties.ts";

const few = 10;
const many = 100;

/** A process of a function holds some 75 MB, and at the height of the teardowns there are nearly two hundred. */
const neededGigabytes = 15;

/** Why it cannot be measured here; undefined: it can. */
export function missingForCrowd(): string | undefined {
  const available = Math.floor(process.availableMemory() / 2 ** 30);
  return available >= neededGigabytes
    ? undefined
    : `the processes of the functions need ${neededGigabytes} GB of memory, and ${available} GB are available`;
}

/**
 * What each session takes when many are at work at once, beside the same when a few are, each crowd on an engine of its
 * own on which nothing has run. Processes stand in for machines that would bring processors of their own, and emulators
 * for AWS, so who takes what is told apart; the emulators' share grows, because one of them goes through all tags of all
 * machines for each that it lists by a tag. A machine that keeps nothing waits for orders that never come: here it looks once
 * a minute.
 */
export async function crowd(folder: string): Promise<Figure[]> {
  const yardstick = await crowdOf(few, folder);
  const crowded = await crowdOf(many, folder);
  const beside = `${few} at once`;
  const figure = (what: string, unit: Figure["unit"], pick: (each: Each) => number): Figure => ({
    ...{ what, value: pick(crowded), unit },
    yardstick: { what: beside, value: pick(yardstick) },
  });
  const ofParty = (what: string, unit: Figure["unit"], party: Party, of: keyof Share): Figure =>
    figure(`  ${what}`, unit, ({ shares }) => shares[party][of]);
  return [
    figure(`${many} sessions at once, each: launch and teardown`, "s", ({ seconds }) => seconds),
    ofParty("processor time of our functions", "s", "functions", "seconds"),
    ofParty("processor time of the emulators", "s", "engine", "seconds"),
    ofParty("processor time of its machine until ready", "s", "machines", "seconds"),
    ofParty("memory of our functions while all are ready", "MB", "functions", "memory"),
    ofParty("memory of the emulators while all are ready", "MB", "engine", "memory"),
    ofParty("memory of its machine", "MB", "machines", "memory"),
  ];
}

/** For one session of a crowd; memory is what there is more than before the first. */
interface Each {
  readonly seconds: number;
  readonly shares: Shares;
}

async function crowdOf(count: number, folder: string): Promise<Each> {
  const local = await startLocal({
    ports: "free",
    folder,
    settings: { maximumSessions: many, monthlyBudget: 1_000 },
    bodies: { kind: "process", environment: { MOONBASE_ORDERS_LOOK_SECONDS: "60" } },
    failed: (error) => {
      throw error;
    },
  });
  try {
    const sessions = Array.from({ length: count }, (_, index) => `crowd-${index}`);
    const before = sharesOf(process.pid);
    const launch = await timed(() => together(local, "launch", sessions, () => ({ blueprint: "admin" })));
    const ready = sharesOf(process.pid);
    const teardown = await timed(() => together(local, "teardown", sessions, (session) => ({ session })));
    const after = sharesOf(process.pid);
    const more = (party: Party, end: Shares): Share => ({
      seconds: (end[party].seconds - before[party].seconds) / count,
      memory: (ready[party].memory - before[party].memory) / count,
    });
    return {
      seconds: (launch + teardown) / 1_000 / count,
      // Machines are gone after their teardown, and what they have used with them.
      shares: {
        functions: more("functions", after),
        engine: more("engine", after),
        machines: more("machines", ready),
      },
    };
  } finally {
    local.stop();
  }
}

/** Starts one workflow for each session, and waits for the end of all. */
async function together(
  local: Local,
  workflow: "launch" | "teardown",
  sessions: readonly string[],
  input: (session: string) => object,
): Promise<void> {
  const { clients, stage } = local;
  const start = (session: string) => startWorkflow(clients, stage, workflow, session, input(session));
  const executions = await Promise.all(sessions.map(start));
  await untilNoneRuns(local, executions[0] ?? "");
  for (const executionArn of executions) {
    const { status, cause } = await clients.stepFunctions.send(
      new DescribeExecutionCommand({ executionArn }),
    );
    if (status !== "SUCCEEDED") throw new Error(`${workflow} is ${status}: ${cause}`);
  }
}

/** One question about all of them: a hundred that ask for their own keep the engine from what they wait for. */
async function untilNoneRuns({ clients }: Local, executionArn: string): Promise<void> {
  const stateMachineArn = executionArn.replace(":execution:", ":stateMachine:").replace(/:[^:]+$/, "");
  const question = { stateMachineArn, statusFilter: "RUNNING", maxResults: 1 } as const;
  for (;;) {
    const { executions } = await clients.stepFunctions.send(new ListExecutionsCommand(question));
    if (executions?.length === 0) return;
    await pause(200);
  }
}
