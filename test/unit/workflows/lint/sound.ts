import * as z from "zod";
import { type Machine, machine } from "../definition.ts";

/** A Task that no rule has anything against; each test says what is different about its own. */
export const task = (different: Record<string, unknown> = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: "name", Payload: { step: "save" } },
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 3, MaxDelaySeconds: 15, JitterStrategy: "FULL" }],
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Fail" }],
  Next: "Judge",
  ...different,
});

export const choice = (rule: Record<string, unknown> = {}, different: Record<string, unknown> = {}) => ({
  Type: "Choice",
  Choices: [{ Variable: "$.done", BooleanEquals: true, ...rule, Next: "Leave" }],
  Default: "Fail",
  ...different,
});

const states = {
  Save: task(),
  Judge: choice(),
  Leave: { Type: "Succeed" },
  Fail: { Type: "Fail", Error: "Broken" },
};

/** What a definition may be replaced with; `undefined` takes a state or field away. */
export function workflow(
  different: Record<string, unknown> = {},
  fields: Record<string, unknown> = {},
): Machine {
  const whole = {
    Comment: "Saves what there is, and says whether all of it was saved; anything else is a failure.",
    StartAt: "Save",
    TimeoutSeconds: 300,
    States: { ...states, ...different },
    ...fields,
  };
  // Through JSON, as it is in a file: what is undefined is not there.
  return machine.parse(z.json().parse(JSON.parse(JSON.stringify(whole))));
}

/** A Parallel or Map that a story could have, around these states. */
export const parallel = (inner: Record<string, unknown>, different: Record<string, unknown> = {}) => ({
  Type: "Parallel",
  Branches: [{ StartAt: "Save", States: inner }],
  Next: "Judge",
  ...different,
});
