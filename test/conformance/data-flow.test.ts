import * as z from "zod";
import { conforms } from "./conforms.ts";
import { passes, runOf } from "./workflows.ts";

/** How data goes through a state. The paths of our workflows are checked against the contracts by these rules. */

const put = (different: Record<string, unknown>) => ({
  Put: {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents",
    Parameters: { Entries: [{ Source: "moonbase.conformance", DetailType: "data", Detail: {} }] },
    TimeoutSeconds: 30,
    End: true,
    ...different,
  },
});
const selected = { ResultSelector: { "failed.$": "$.FailedEntryCount" } };
const input = { session: "tea", kept: { a: 1 } };
const context = z.object({ name: z.string(), id: z.string(), input: z.unknown(), start: z.string() });
const succeeded = (output: unknown) => ({ status: "SUCCEEDED", output });

/**
 * "Use the ResultSelector field to manipulate a state's result before ResultPath is applied."
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-inputpath-params.html
 */
conforms("without ResultPath the result replaces the input", succeeded({ failed: 0 }), () =>
  runOf(put(selected), input),
);

/**
 * "If you specify an ResultPath of null, it will pass the original input to the output."; "ResultPath … combine a task
 * result with task input, or to select one of these."
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html
 */
conforms("ResultPath null keeps the input as it was", succeeded(input), () =>
  runOf(put({ ...selected, ResultPath: null }), input),
);
conforms(
  "ResultPath puts the result beside what is there",
  succeeded({ ...input, a: { b: { failed: 0 } } }),
  () => runOf(put({ ...selected, ResultPath: "$.a.b" }), input),
);
conforms(
  "ResultPath replaces what was at its place",
  succeeded({ session: "tea", kept: { failed: 0 } }),
  () => runOf(put({ ...selected, ResultPath: "$.kept" }), input),
);

/**
 * "If you don't specify an OutputPath the default value is $. This passes the entire JSON node (determined by the
 * state input, the task result, and ResultPath) to the next state."
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-outputpath.html
 */
conforms("OutputPath selects after ResultPath, so the input is gone", succeeded({ failed: 0 }), () =>
  runOf(put({ ...selected, ResultPath: "$.put", OutputPath: "$.put" }), input),
);

/**
 * "States.Runtime: An execution failed due to some exception that it couldn't process. Often these errors are caused by
 * errors at runtime, such as attempting to apply InputPath or OutputPath on a null JSON payload. A States.Runtime error
 * isn't retriable, and will always cause the execution to fail. A retry or catch on States.ALL won't catch
 * States.Runtime errors."
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
const caught = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Pass" }] };
conforms(
  "a path to nothing fails the execution, and no Catch helps",
  "FAILED",
  async () => (await runOf({ ...put({ InputPath: "$.nothing", ...caught }), ...passes }, input)).status,
  "missingPathIsNull",
);

const choose = (rule: Record<string, unknown>) => ({
  Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" },
  Yes: { Type: "Pass", Result: "yes", End: true },
  No: { Type: "Pass", Result: "no", End: true },
});

conforms(
  "a comparison of nothing fails the execution",
  "FAILED",
  async () => (await runOf(choose({ Variable: "$.nothing", StringEquals: "x" }), input)).status,
  "missingPathIsNull",
);

/** "If none of the choices match, Default": https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html */
conforms("a text is compared as it is, and goes on by Default otherwise", ["yes", "no"], async () => {
  const ask = async (StringEquals: string) => {
    const end = await runOf(choose({ Variable: "$.session", StringEquals }), input);
    return "output" in end ? end.output : end.status;
  };
  return Promise.all([ask("tea"), ask("Tea")]);
});
conforms(
  "null is present",
  succeeded("yes"),
  () => runOf(choose({ Variable: "$.a", IsPresent: true }), { a: null }),
  "nullIsAbsent",
);

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
conforms(
  "the context tells name, input and start of the execution",
  { name: true, input, start: true },
  async () => {
    const Parameters = {
      "name.$": "$$.Execution.Name",
      "id.$": "$$.Execution.Id",
      "input.$": "$$.Execution.Input",
      "start.$": "$$.Execution.StartTime",
    };
    const end = await runOf({ Pass: { Type: "Pass", Parameters, End: true } }, input);
    const { name, id, input: given, start } = context.parse("output" in end ? end.output : {});
    return { name: id.endsWith(`:${name}`), input: given, start: !Number.isNaN(Date.parse(start)) };
  },
);

/**
 * "CausePath (Optional): If you want to provide a detailed description about the cause of the error dynamically from
 * the state input using a reference path, use CausePath. When resolved, the reference path must select a string value."
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-fail.html
 */
conforms("a Fail takes its cause from the input", { status: "FAILED", error: "Refused", cause: "tea" }, () =>
  runOf({ Refuse: { Type: "Fail", Error: "Refused", CausePath: "$.session" } }, input),
);
