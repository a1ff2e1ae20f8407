import { GetExecutionHistoryCommand } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { conforms } from "./conforms.ts";
import { stepFunctions } from "./target.ts";
import { endOf, inputsOf, makeWorkflow, passes, start, waits } from "./workflows.ts";

/** What a launch relies on when its teardown, or anything else, fails. */
const nested = "arn:aws:states:::states:startExecution.sync:2";
const input = { session: "tea" };

/** Runs a child that ends as it does, under a Task that is so. */
async function parent(
  child: Record<string, Record<string, unknown>>,
  different: Record<string, unknown> = {},
) {
  const StateMachineArn = await makeWorkflow(child);
  const workflow = await makeWorkflow({
    Nest: {
      Type: "Task",
      Resource: nested,
      Parameters: { StateMachineArn, Input: { from: "parent" } },
      TimeoutSeconds: 30,
      End: true,
      ...different,
    },
    ...passes,
  });
  const execution = await start(workflow, input);
  return { child: StateMachineArn, execution, end: await endOf(execution) };
}
const fails = { Fail: { Type: "Fail", Error: "Broken", Cause: "on purpose" } };
const outputOf = (end: object) => ("output" in end ? end.output : end);

/**
 * "startExecution.sync:2 … Output: JSON"
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
conforms(
  "a nested workflow's output comes back as JSON",
  { Output: { from: "parent" }, Status: "SUCCEEDED" },
  async () => {
    const { end } = await parent(passes);
    return z.object({ Output: z.unknown(), Status: z.string() }).safeParse(outputOf(end)).data;
  },
);

/**
 * "States.TaskFailed: A Task state that failed during the execution."
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
conforms(
  "a nested workflow that fails is States.TaskFailed",
  { status: "FAILED", error: "States.TaskFailed" },
  async () => {
    const { end } = await parent(fails);
    return { status: end.status, error: "error" in end ? end.error : undefined };
  },
  "nestedErrorsKeepTheirNames",
);

/**
 * "When Step Functions transitions to the state specified in a catch name, the object usually contains the field
 * Cause. … This object is known as the error output."
 * "ResultPath … If you don't specify the ResultPath field, it defaults to $, which selects and overwrites the entire
 * input." https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const caught = (different: Record<string, unknown>) => ({
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "Pass", ...different }],
});
const keysOf = (value: unknown) =>
  typeof value === "object" && value !== null ? Object.keys(value).sort() : [];

conforms(
  "ResultPath of a Catch keeps the input and puts Error and Cause beside it",
  ["error", "session", "Cause", "Error"],
  async () => {
    const output = outputOf((await parent(fails, caught({ ResultPath: "$.error" }))).end);
    return [...keysOf(output), ...keysOf(z.object({ error: z.unknown() }).safeParse(output).data?.error)];
  },
);
conforms("a Catch without ResultPath goes on with the error alone", ["Cause", "Error"], async () =>
  keysOf(outputOf((await parent(fails, caught({}))).end)),
);
conforms("a Catch with ResultPath null goes on with the input alone", input, async () =>
  outputOf((await parent(fails, caught({ ResultPath: null }))).end),
);

/**
 * "MaxAttempts (Optional): A positive integer that represents the maximum number of retry attempts … If the error recurs
 * more times than specified, retries cease and normal error handling resumes. A value of 0 specifies that the error is
 * never retried." (the same page)
 */
const again = (MaxAttempts: number, ErrorEquals = ["States.ALL"]) => ({
  ErrorEquals,
  MaxAttempts,
  IntervalSeconds: 1,
  BackoffRate: 1,
});
const attempts = async (Retry: object[]) => {
  const { child } = await parent(fails, { Retry });
  return (await inputsOf(child, 1)).length;
};
conforms("MaxAttempts counts what comes after the first", 3, () => attempts([again(2)]));
conforms("the first retrier that matches decides: nought is never", 1, () =>
  attempts([again(0, ["States.TaskFailed"]), again(2)]),
);

/** Names are the lock here as well: `TearDown` names its execution, and a retry must not run it twice. */
conforms(
  "a nested start under the name of a running execution runs it no second time",
  1,
  async () => {
    const child = await makeWorkflow(waits(2));
    const first = await start(child);
    const Parameters = { StateMachineArn: child, Name: first.split(":").at(-1), Input: { another: true } };
    const Nest = { Type: "Task", Resource: nested, Parameters, TimeoutSeconds: 30, End: true };
    await endOf(await start(await makeWorkflow({ Nest })));
    const entered = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn: first }));
    const inputs = (entered.events ?? []).flatMap(
      ({ executionStartedEventDetails: started }) => started?.input ?? [],
    );
    return inputs.includes("{}") ? 1 : 2;
  },
  "nestedStartsIgnoreNames",
);
