import { describe, expect, it } from "vitest";
import { callback, fail, outcome, said, story } from "./story.ts";

describe("a path that is sure to exist", () => {
  it.each([
    ["in the whole answer", {}, outcome],
    [
      "in what was selected",
      { ResultSelector: { "a.$": "$.Payload.outcome" } },
      { ...outcome, Variable: "$.a" },
    ],
    ["where the answer was put", { ResultPath: "$.x.y" }, { ...outcome, Variable: "$.x.y.Payload.outcome" }],
    ["in what goes out", { OutputPath: "$.Payload" }, { ...outcome, Variable: "$.outcome" }],
    ["in a callback's answer", { Resource: callback }, { Variable: "$.hostKey", StringEquals: "x" }],
    ["in the context", { ResultPath: "$.x" }, { Variable: "$$.Execution.Name", StringEquals: "x" }],
    ["in each of a list", { OutputPath: "$.Payload.files[*].name" }, { Variable: "$", StringEquals: "x" }],
    [
      "where the choice has just looked",
      {},
      {
        And: [
          { Variable: "$.Payload.size", IsPresent: true },
          { Variable: "$.Payload.size", NumericEquals: 1 },
        ],
      },
    ],
  ])("is none to complain of: %s", (_, save, rule) => {
    const complaints = said(story(save, { Variable: undefined, ...rule }));
    expect(complaints.filter((one) => !one.includes("is never a text"))).toEqual([]);
  });
});

describe("a path that is not sure to exist", () => {
  it.each([
    [
      "a slip",
      story({}, { ...outcome, Variable: "$.Payload.outcom" }),
      "Judge: $.Payload.outcom is not sure",
    ],
    [
      "an optional field",
      story({}, { Variable: "$.Payload.size", NumericEquals: 1 }),
      "Judge: $.Payload.size",
    ],
    [
      "a place in a list",
      story({}, { Variable: "$.Payload.files[0].name", StringEquals: "x" }),
      "files[0].name",
    ],
    [
      "what was not selected",
      story({ ResultSelector: { "a.$": "$.Payload.message" } }, outcome),
      "Judge: $.Payload",
    ],
    [
      "a slip in the selector",
      story({ ResultSelector: { "Payload.$": "$.Payloa" } }, outcome),
      "Save: $.Payloa is",
    ],
    ["what was put elsewhere", story({ ResultPath: "$.x" }, outcome), "Judge: $.Payload.outcome"],
    ["what was dropped", story({ ResultPath: null }, outcome), "Judge: $.Payload.outcome"],
    ["what does not go out", story({ OutputPath: "$.Payload.files" }, outcome), "Judge: $.Payload.outcome"],
    ["the input, which may be anything", story({ InputPath: "$.session" }, outcome), "Save: $.session"],
    [
      "a slip in the parameters",
      story({ Parameters: { "a.$": "$.b", Payload: { step: "save" } } }, outcome),
      "Save: $.b",
    ],
    [
      "an argument of a function",
      story({ Parameters: { "a.$": "States.Format('{} $.x', $.b)", Payload: { step: "save" } } }, outcome),
      "Save: $.b is",
    ],
    [
      "a token without a callback",
      story({ Parameters: { "a.$": "$$.Task.Token", Payload: { step: "save" } } }, outcome),
      "$$.Task.Token",
    ],
    [
      "a context that the engine lacks",
      story({ Parameters: { "a.$": "$$.Execution.RoleArn", Payload: { step: "save" } } }, outcome),
      "$$.Execution.RoleArn",
    ],
    [
      "an item without a Map",
      story({ Parameters: { "a.$": "$$.Map.Item.Value", Payload: { step: "save" } } }, outcome),
      "$$.Map.Item.Value",
    ],
    [
      "a cause on one of two ways",
      story({}, outcome, fail("$.Payload.message")),
      "Fail: $.Payload.message is not sure",
    ],
    [
      "a cause of an error",
      story({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Report" }] }, outcome, {
        Report: { Type: "Fail", CausePath: "$.Cause" },
      }),
      "Report: $.Cause",
    ],
    [
      "a clever path",
      story({}, { ...outcome, Variable: "$..outcome" }),
      "Judge: $..outcome is no plain path",
    ],
    [
      "an unknown step",
      story({ Parameters: { Payload: { step: "stow" } } }, outcome),
      'what step "stow" answers',
    ],
    [
      "a step without a name",
      story({ Parameters: { Payload: { "step.$": "$$.State.Name" } } }, outcome),
      'what step "?" answers',
    ],
  ])("is complained of: %s", (_, definition, complaint) => {
    expect(said(definition).join("\n")).toContain(complaint);
  });
});
