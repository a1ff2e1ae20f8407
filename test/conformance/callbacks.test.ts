import { SendTaskFailureCommand, SendTaskSuccessCommand } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { conforms, errorOf } from "./conforms.ts";
import { stepFunctions, target } from "./target.ts";
import { endOf, inputsOf, makeWorkflow, passes, runOf, start, stop } from "./workflows.ts";

/**
 * A launch waits for its machine's own answer.
 *
 * "Call a service with a task token and have Step Functions wait until that token is returned with a payload."
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html
 */
const asked = z.object({ token: z.string() });

/** Starts a workflow that waits for an answer; answers the execution and its token. */
async function ask(different: Record<string, unknown> = {}) {
  const listener = await makeWorkflow(passes);
  const execution = await start(
    await makeWorkflow({
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.waitForTaskToken",
        Parameters: { StateMachineArn: listener, Input: { "token.$": "$$.Task.Token" } },
        TimeoutSeconds: 20,
        ResultPath: "$.ready",
        End: true,
        ...different,
      },
      ...passes,
    }),
    { session: "tea" },
  );
  const [input = ""] = await inputsOf(listener, 1);
  return { execution, taskToken: asked.parse(JSON.parse(input)).token };
}

const output = JSON.stringify({ hostKey: "ssh-ed25519 AAAA" });
const succeed = (taskToken: string) => stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output }));
const fail = (taskToken: string) =>
  stepFunctions.send(
    new SendTaskFailureCommand({ taskToken, error: "MachineFailed", cause: "it shut down" }),
  );

conforms(
  "what is sent with the token is the task's result",
  { status: "SUCCEEDED", output: { session: "tea", ready: { hostKey: "ssh-ed25519 AAAA" } } },
  async () => {
    const { execution, taskToken } = await ask();
    await succeed(taskToken);
    return endOf(execution);
  },
);

/** "SendTaskFailure … report that the task identified by the taskToken failed." */
conforms(
  "a failure sent with the token is the task's error, by its name and cause",
  { status: "FAILED", error: "MachineFailed", cause: "it shut down" },
  async () => {
    const { execution, taskToken } = await ask();
    await fail(taskToken);
    return endOf(execution);
  },
);

/** "States.Timeout: A Task state that ran longer than the TimeoutSeconds value." */
conforms(
  "no answer is States.Timeout, and can be caught",
  { status: "SUCCEEDED", output: "States.Timeout" },
  async () => {
    const Catch = [{ ErrorEquals: ["States.Timeout"], Next: "Pass" }];
    const { execution } = await ask({ TimeoutSeconds: 1, Catch });
    const end = await endOf(execution);
    const told = z.object({ Error: z.string() }).safeParse("output" in end ? end.output : undefined);
    return { status: end.status, output: told.data?.Error };
  },
);

/**
 * "TaskTimedOut: The task token has either expired or the task associated with the token has already been closed."
 * "InvalidToken: The provided token is not valid."
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
conforms(
  "a token that was answered is closed",
  "TaskTimedOut",
  async () => {
    const { execution, taskToken } = await ask();
    await succeed(taskToken);
    await endOf(execution);
    return errorOf(() => fail(taskToken));
  },
  "closedTokensAreUnknown",
);
conforms(
  "the token of a stopped execution is closed",
  "TaskTimedOut",
  async () => {
    const { execution, taskToken } = await ask();
    await stop(execution);
    return errorOf(() => succeed(taskToken));
  },
  "stopLeavesTokensOpen",
);
conforms(
  "what is no token is refused",
  "InvalidToken",
  () => errorOf(() => succeed("no-token")),
  "closedTokensAreUnknown",
);

/**
 * A function that throws fails its task at once whether or not a token was passed on.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
const invoke = (suffix: string, different: Record<string, unknown> = {}) =>
  runOf({
    Invoke: {
      Type: "Task",
      Resource: `arn:aws:states:::lambda:invoke${suffix}`,
      Parameters: {
        FunctionName: `${target.stage}-launch`,
        Payload: { step: "no-such-step", "token.$": suffix === "" ? "$$.Execution.Name" : "$$.Task.Token" },
      },
      TimeoutSeconds: 5,
      End: true,
      ...different,
    },
  });

const thrown = z.object({ errorMessage: z.string() });
conforms(
  "a function's error goes by its own name, with its message in the JSON of the cause",
  { error: "Error", message: 'no step is named "no-such-step"' },
  async () => {
    const end = await invoke("");
    const cause = "cause" in end ? thrown.safeParse(JSON.parse(end.cause)).data : undefined;
    return { error: "error" in end ? end.error : end.status, message: cause?.errorMessage };
  },
  "functionsThrowOneError",
);
conforms(
  "a function that throws ends the wait for its token",
  "Error",
  async () => {
    const end = await invoke(".waitForTaskToken", { TimeoutSeconds: 2 });
    return "error" in end ? end.error : end.status;
  },
  "thrownIsNotHeardInCallbacks",
);
