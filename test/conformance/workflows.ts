import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { eventually, later, unique } from "./conforms.ts";
import { stepFunctions, target } from "./target.ts";

type States = Record<string, Record<string, unknown>>;

/** A workflow of these states, the first one first; gone at the end of the file. */
export async function makeWorkflow(States: States, fields: Record<string, unknown> = {}): Promise<string> {
  const definition = JSON.stringify({ StartAt: Object.keys(States)[0], States, ...fields });
  const { stateMachineArn = "" } = await stepFunctions.send(
    new CreateStateMachineCommand({ name: unique("workflow"), definition, roleArn: target.role }),
  );
  later(() => stepFunctions.send(new DeleteStateMachineCommand({ stateMachineArn })));
  return stateMachineArn;
}

export async function start(
  stateMachineArn: string,
  input: unknown = {},
  name = unique("run"),
): Promise<string> {
  const { executionArn = "" } = await stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  );
  return executionArn;
}

export const describe = (executionArn: string) =>
  stepFunctions.send(new DescribeExecutionCommand({ executionArn }));

export const stop = (executionArn: string) =>
  stepFunctions.send(new StopExecutionCommand({ executionArn, error: "SessionEnded", cause: "because" }));

const parsed = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** How an execution ended: its status, and its output or its error. */
export async function endOf(executionArn: string) {
  return eventually(async () => {
    const { status, output, error, cause } = await describe(executionArn);
    if (status === undefined || status === "RUNNING") throw new Error(`${executionArn} is ${status}`);
    if (status === "SUCCEEDED") return { status, output: parsed(output) };
    return { status, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  });
}

/** Makes a workflow, runs it once, answers how it ended. */
export async function runOf(States: States, input: unknown = {}, fields: Record<string, unknown> = {}) {
  return endOf(await start(await makeWorkflow(States, fields), input));
}

/** What the executions of a workflow were started with, once there are so many. */
export async function inputsOf(stateMachineArn: string, atLeast: number, seconds = 30): Promise<string[]> {
  return eventually(async () => {
    const { executions = [] } = await stepFunctions.send(new ListExecutionsCommand({ stateMachineArn }));
    if (executions.length < atLeast) throw new Error(`${executions.length} executions, not ${atLeast}`);
    const all = await Promise.all(executions.map(({ executionArn = "" }) => describe(executionArn)));
    return all.map(({ input = "{}" }) => input);
  }, seconds);
}

export const waits = (Seconds: number) => ({ Wait: { Type: "Wait", Seconds, End: true } });
export const passes = { Pass: { Type: "Pass", End: true } };
