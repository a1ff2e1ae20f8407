import { describe, expect, it } from "vitest";
import { backedUp } from "../../../workflows/backup.contract.ts";
import { extended } from "../../../workflows/extend.contract.ts";
import { launched, readySeconds } from "../../../workflows/launch.contract.ts";
import { turned } from "../../../workflows/ssh.contract.ts";
import { callbackAnswers, stepAnswers } from "../../../workflows/steps.ts";
import { tornDown } from "../../../workflows/teardown.contract.ts";
import { workflows } from "./definition.ts";
import { lint } from "./lint/lint.ts";
import { textsIn } from "./lint/strings.ts";
import { checkPaths, outputsOf } from "./paths/check-paths.ts";
import { shapeOf } from "./paths/contract.ts";
import type { Contracts } from "./paths/result.ts";

const answers = new Map<string, Contracts["answers"]>(Object.entries(stepAnswers));
const callbacks = new Map<string, Contracts["callbacks"]>(Object.entries(callbackAnswers));

describe.each(workflows)("the workflow $name", ({ name, definition }) => {
  const contracts = { answers: answers.get(name) ?? {}, callbacks: callbacks.get(name) ?? {} };

  it("keeps the rules of the lint", () => {
    expect(lint(definition)).toEqual([]);
  });

  it("reads only what its steps' contracts promise, and compares only with what they can say", () => {
    expect(checkPaths(definition, contracts)).toEqual([]);
  });

  it("calls every step that has a contract", () => {
    const called = Object.values(definition.States).flatMap(({ Parameters }) =>
      textsIn(Parameters).flatMap(({ keys, text }) => (keys.join(".") === "Payload.step" ? [text] : [])),
    );
    expect([...new Set(called)].sort()).toEqual(Object.keys(contracts.answers).sort());
  });
});

it.each([
  ["backup", backedUp],
  ["extend", extended],
  ["launch", launched],
  ["ssh", turned],
  ["teardown", tornDown],
])("%s ends well with what its contract says", (name, contract) => {
  const definition = workflows.find((one) => one.name === name)?.definition;
  if (definition === undefined) throw new Error(`no workflow is named ${name}`);
  const contracts = { answers: answers.get(name) ?? {}, callbacks: callbacks.get(name) ?? {} };
  expect(outputsOf(definition, contracts)).toContainEqual(shapeOf(contract));
});

it("launch waits as long for a machine as the machine is told to take, and its own time is longer than all of it", () => {
  const definition = workflows.find(({ name }) => name === "launch")?.definition;
  const limitOf = (state: string) => definition?.States[state]?.TimeoutSeconds ?? 0;
  expect({ minutes: limitOf("AwaitReady"), restore: limitOf("AwaitRestore") }).toEqual(readySeconds);
  const whole = definition?.TimeoutSeconds ?? 0;
  expect(whole).toBeGreaterThan(limitOf("AwaitRestore") + limitOf("TearDown") + 600);
});
