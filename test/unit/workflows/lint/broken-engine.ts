import type { Machine } from "../definition.ts";
import { choice, parallel, task, workflow } from "./sound.ts";

/** By rule: what is wrong, a definition with nothing else wrong, and what the rule says of it. */
export type Broken = Record<string, [string, Machine, string][]>;

const save = (different: Record<string, unknown>) => workflow({ Save: task(different) });
const judge = (rule: Record<string, unknown>) => workflow({ Judge: choice(rule) });
const wait = (different: Record<string, unknown>) =>
  workflow({ Save: task({ Next: "Wait" }), Wait: { Type: "Wait", ...different, Next: "Judge" } });
const inParallel = (inner: Record<string, unknown>) => workflow({ Save: parallel(inner) });
const callback = "arn:aws:states:::lambda:invoke.waitForTaskToken";

/** What AWS takes and the engine gets silently wrong. */
export const brokenForEngine: Broken = {
  comparesByLiteral: [
    [
      "a text",
      judge({ BooleanEquals: undefined, StringLessThanPath: "$.other" }),
      "Judge: compares by a path",
    ],
    [
      "a time",
      judge({ BooleanEquals: undefined, TimestampEqualsPath: "$.other" }),
      "Judge: compares by a path",
    ],
    [
      "deep inside",
      judge({
        Variable: undefined,
        BooleanEquals: undefined,
        Not: { Variable: "$.a", TimestampLessThanPath: "$.b" },
      }),
      "Judge: compares by a path",
    ],
  ],
  usesNoIgnoredField: [
    ["a heartbeat", save({ HeartbeatSeconds: 10 }), "Save: HeartbeatSeconds is ignored"],
    ["a timeout by path", save({ TimeoutSecondsPath: "$.seconds" }), "Save: TimeoutSecondsPath is ignored"],
  ],
  assignsNothing: [
    ["a Task", save({ Assign: { "name.$": "$.Payload" } }), "Save: Assign does nothing"],
    ["a Choice", judge({ Assign: { name: "x" } }), "Judge: Assign does nothing"],
  ],
  speaksJsonPath: [
    ["a state", save({ QueryLanguage: "JSONata" }), "Save: is JSONata"],
    [
      "an expression",
      workflow({ Fail: { Type: "Fail", Cause: "{% $states.input.why %}" } }),
      "Fail: is JSONata",
    ],
  ],
  selectsResultsWithoutContext: [
    ["a name", save({ ResultSelector: { "name.$": "$$.Execution.Name" } }), "null"],
  ],
  waitsWithoutContext: [
    ["a time", wait({ TimestampPath: "$$.Execution.StartTime" }), "Wait: the engine has no context"],
  ],
  namesFieldOfContext: [["all of it", save({ Parameters: { "all.$": "$$" } }), 'Save: a bare "$$"']],
  putsResultsAtPlainPaths: [
    ["brackets", save({ ResultPath: "$['a b']" }), "Save: the engine takes only"],
    ["a list", save({ ResultPath: "$.list[0]" }), "Save: the engine takes only"],
    [
      "a Catch",
      save({ Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$['a']", Next: "Fail" }] }),
      "Save: the engine takes only",
    ],
  ],
  keepsTokensApart: [
    [
      "a branch",
      inParallel({ Save: task({ Resource: callback, Next: "Fail" }), Fail: { Type: "Fail" } }),
      "Save: waits for a callback inside",
    ],
  ],
  callsKnownIntrinsics: [
    ["a slip", save({ Parameters: { "n.$": "States.MathSubtract($.a, 1)" } }), "States.MathSubtract"],
  ],
};
