import { expect } from "vitest";
import { conforms, errorOf } from "./conforms.ts";
import { describe, endOf, makeWorkflow, passes, runOf, start, stop, waits } from "./workflows.ts";

/**
 * Names are the lock: `react` starts a teardown under a name, and counts on a second start of it to be no second one.
 *
 * "For a STANDARD workflow, if you call StartExecution with the same name and input as a running execution, the call
 * succeeds and return the same response as the original request. If the execution is closed or if the input is
 * different, it returns a 400 ExecutionAlreadyExists error."
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
const startTwice = async (first: unknown, second: unknown) => {
  const workflow = await makeWorkflow(waits(2));
  const one = await start(workflow, first);
  const name = one.split(":").at(-1);
  return errorOf(async () => expect(await start(workflow, second, name)).toBe(one));
};

conforms(
  "the same name and input as a running execution is the same execution",
  "no error",
  () => startTwice({ a: 1 }, { a: 1 }),
  "startIsNeverTheSame",
);
conforms("the same name with another input is refused", "ExecutionAlreadyExists", () =>
  startTwice({ a: 1 }, { a: 2 }),
);
conforms("the name of a closed execution is refused", "ExecutionAlreadyExists", async () => {
  const workflow = await makeWorkflow(passes);
  const one = await start(workflow);
  await endOf(one);
  return errorOf(() => start(workflow, {}, one.split(":").at(-1)));
});

/** What an execution was started with, and its name, can be read back: `react` and the operator do. */
conforms("an execution tells its name and input", { name: true, input: '{"session":"tea"}' }, async () => {
  const execution = await start(await makeWorkflow(passes), { session: "tea" });
  const { name = "", input } = await describe(execution);
  return { name: name !== "" && execution.endsWith(`:${name}`), input };
});

/**
 * "error: The error code of the failure. cause: A more detailed explanation of the cause of the failure."
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
 */
conforms(
  "a stopped execution is ABORTED, with the error and the cause it was given",
  { status: "ABORTED", error: "SessionEnded", cause: "because" },
  async () => {
    const execution = await start(await makeWorkflow(waits(20)));
    await stop(execution);
    return endOf(execution);
  },
);

/** "ExecutionDoesNotExist: The specified execution does not exist." (the same page) */
conforms("an unknown execution cannot be stopped, by this name", "ExecutionDoesNotExist", async () => {
  const workflow = await makeWorkflow(passes);
  return errorOf(() => stop(`${workflow.replace(":stateMachine:", ":execution:")}:nobody`));
});

/**
 * "TimeoutSeconds (Optional): The maximum number of seconds an execution of the state machine can run. If it runs
 * longer than the specified time, the execution fails with a States.Timeout Error Name."
 * https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
conforms(
  "a workflow that runs longer than its TimeoutSeconds is TIMED_OUT",
  "TIMED_OUT",
  async () => (await runOf(waits(3), {}, { TimeoutSeconds: 1 })).status,
  "workflowsHaveAllTheTime",
);
