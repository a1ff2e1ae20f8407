import { describe, expect, it } from "vitest";
import { choice, parallel, task, workflow } from "../lint/sound.ts";
import { outputsOf } from "./check-paths.ts";
import { shapeOf } from "./contract.ts";
import { contracts, outcome, said, saved, story } from "./story.ts";

describe("a comparison that is never true", () => {
  it.each([
    [
      "a value that the contract has not",
      { ...outcome, StringEquals: "safed" },
      'never "safed"; it is one of: empty, saved',
    ],
    ["inside a Not", { Variable: undefined, Not: { ...outcome, StringEquals: "no" } }, 'never "no"'],
    [
      "inside an Or",
      { Variable: undefined, Or: [outcome, { ...outcome, StringEquals: "no" }] },
      'never "no"',
    ],
    ["a number of a text", { Variable: "$.Payload.message", NumericEquals: 1 }, "never a number"],
    ["a text of a number", { Variable: "$.StatusCode", StringEquals: "200" }, "never a text"],
    ["presence of what may be null", { Variable: "$.Payload.place", IsPresent: true }, "may be null"],
  ])("is complained of: %s", (_, rule, complaint) => {
    expect(said(story({}, rule)).join("\n")).toContain(complaint);
  });
});

describe("where ways meet", () => {
  const around = {
    Save: task({ ResultPath: "$.first", Next: "Judge" }),
    Judge: choice(
      { Variable: "$.first.Payload.outcome", BooleanEquals: undefined, StringEquals: "saved" },
      { Default: "Wait" },
    ),
    Wait: { Type: "Wait", Seconds: 1, Next: "Save" },
  };

  it("a loop keeps what every round has", () => {
    expect(said(workflow(around))).toEqual([]);
  });

  it("a loop does not have in its first round what only a later one puts there", () => {
    const early = {
      ...around,
      Save: task({ ResultPath: "$.first", Parameters: { "a.$": "$.first", Payload: { step: "save" } } }),
    };
    expect(said(workflow(early))).toEqual(["Save: $.first is not sure to exist"]);
  });

  it("goes into the branches of a Parallel and the items of a Map", () => {
    const inner = {
      Save: task({ Next: "Judge" }),
      Judge: choice({ ...outcome, Variable: "$.nothing" }),
      Leave: { Type: "Succeed" },
      Fail: { Type: "Fail" },
    };
    expect(said(workflow({ Save: parallel(inner, { ResultPath: "$.all" }) }))).toContain(
      "Judge: $.nothing is not sure to exist",
    );
    const map = {
      Type: "Map",
      ItemsPath: "$.files",
      ItemProcessor: {
        StartAt: "Save",
        States: {
          Save: task({
            Parameters: { "a.$": "$.name", "b.$": "$.size", Payload: { step: "save" } },
            Next: undefined,
            End: true,
          }),
        },
      },
      Next: "Judge",
    };
    const list = task({ OutputPath: "$.Payload", Next: "Save" });
    const complaints = said(
      workflow({ List: list, Save: map, Judge: choice({ Variable: "$$.State.Name" }) }, { StartAt: "List" }),
    );
    expect(complaints.filter((one) => one.startsWith("Save"))).toEqual(["Save: $.size is not sure to exist"]);
  });
});

it("knows what a workflow ends with", () => {
  const end = workflow({
    Save: task({ OutputPath: "$.Payload", Next: undefined, End: true }),
    Judge: undefined,
    Leave: undefined,
  });
  expect(outputsOf(end, contracts)).toEqual([shapeOf(saved)]);
});
