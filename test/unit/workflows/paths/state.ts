import type { State } from "../definition.ts";
import { judge } from "./choice.ts";
import { put, stepsOf } from "./path.ts";
import { type Contracts, resultOf } from "./result.ts";
import { objectOf, type Shape, text } from "./shape.ts";
import { fill, type Reader, read, readExpression } from "./template.ts";

/** Where a state leads, and with what; without `to` it is an end that goes well. */
export interface Edge {
  to: string | undefined;
  output: Shape;
}

/** What runs the machines inside a Map or Parallel; answers what they yield. */
export type RunInner = (state: State, effective: Shape, reader: Reader) => Shape;

const through = (path: string | null | undefined, reader: Reader): Shape =>
  path === null ? { kind: "object", fields: {} } : read(path ?? "$", reader);

function withResult(path: string | null | undefined, input: Shape, result: Shape): Shape {
  return path === null ? input : put(input, stepsOf(path ?? "$") ?? [], result);
}

/** What is told of an error. Most errors have a cause, but none has to. */
const errorOutput: Shape = {
  kind: "object",
  fields: { Cause: { shape: text, always: false }, Error: { shape: text, always: true } },
};

function workOf(state: State, reader: Reader, contracts: Contracts, runInner: RunInner): Shape {
  const effective = through(state.InputPath, reader);
  // On a Map, Parameters is an old name of ItemSelector and is filled for each item.
  const filled =
    state.Parameters === undefined || state.Type === "Map"
      ? effective
      : fill(state.Parameters, { ...reader, input: effective });
  switch (state.Type) {
    case "Task":
      return resultOf(state.Resource ?? "", filled, contracts, reader.complain);
    case "Map":
    case "Parallel":
      return runInner(state, filled, reader);
    default:
      return state.Result === undefined ? filled : fill(state.Result, reader);
  }
}

const working = new Set(["Task", "Map", "Parallel", "Pass"]);

/** Follows what is known of the data through one state. */
export function follow(state: State, reader: Reader, contracts: Contracts, runInner: RunInner): Edge[] {
  const { input } = reader;
  if (state.Type === "Fail") {
    for (const path of [state.ErrorPath, state.CausePath]) {
      if (typeof path === "string") readExpression(path, reader);
    }
    return [];
  }
  const out = (output: Shape) => through(state.OutputPath, { ...reader, input: output });
  if (!working.has(state.Type)) {
    const effective = through(state.InputPath, reader);
    for (const path of [state.SecondsPath, state.TimestampPath]) {
      if (typeof path === "string") read(path, { ...reader, input: effective });
    }
    const choices = (state.Choices ?? []).map((rule) => ({
      to: rule.Next,
      output: out(judge(rule, { ...reader, input: effective })),
    }));
    const next = state.Type === "Choice" ? state.Default : state.Next;
    return state.Type === "Choice" && next === undefined
      ? choices
      : [...choices, { to: next, output: out(effective) }];
  }
  const result = workOf(state, reader, contracts, runInner);
  const selected =
    state.ResultSelector === undefined
      ? result
      : fill(state.ResultSelector, { ...reader, input: result, context: objectOf({}) });
  const caught = (state.Catch ?? []).map(({ Next, ResultPath }) => ({
    to: Next,
    output: withResult(ResultPath, input, errorOutput),
  }));
  return [{ to: state.Next, output: out(withResult(state.ResultPath, input, selected)) }, ...caught];
}
