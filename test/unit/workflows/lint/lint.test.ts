import { describe, expect, it } from "vitest";
import { broken } from "./broken.ts";
import { lint, machineRules, stateRules, workflowRules } from "./lint.ts";
import { parallel, task, workflow } from "./sound.ts";

const said = (definition: ReturnType<typeof workflow>) =>
  lint(definition).map(({ where, what }) => `${where}: ${what}`);

describe("a workflow that is as it should be", () => {
  it("is left in peace", () => {
    expect(said(workflow())).toEqual([]);
  });

  it("may leave catching to the state around it", () => {
    const inner = { Save: task({ Catch: undefined, Next: undefined, End: true }) };
    const outer = parallel(inner, { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Fail" }] });
    expect(said(workflow({ Save: outer }))).toEqual([]);
  });

  it("may give up at once on an error that will not go away", () => {
    const Retry = [{ ErrorEquals: ["States.Timeout"], MaxAttempts: 0 }, ...task().Retry];
    expect(said(workflow({ Save: task({ Retry }) }))).toEqual([]);
  });

  it("may judge an answer that never comes where the answers are judged, and nowhere else", () => {
    const Resource = "arn:aws:states:::lambda:invoke.waitForTaskToken";
    const caughtBy = (Next: string) => [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next }];
    expect(said(workflow({ Save: task({ Resource, Catch: caughtBy("Judge") }) }))).toEqual([]);
    expect(said(workflow({ Save: task({ Catch: caughtBy("Judge") }) }))).not.toEqual([]);
    expect(said(workflow({ Save: task({ Resource, Catch: caughtBy("Leave") }) }))).not.toEqual([]);
  });

  it("may say in a text what would be wrong in a path", () => {
    const Parameters = { "text.$": "States.Format('States.Guess( {% $$ {}', $.a)" };
    expect(said(workflow({ Save: task({ Parameters }) }))).toEqual([]);
  });
});

describe.each(Object.entries(broken))("%s", (_, cases) => {
  it.each(cases)("sees: %s", (_, definition, complaint) => {
    const findings = said(definition);
    expect(findings.join("\n")).toContain(complaint);
    expect(new Set(findings).size).toBe(1);
  });
});

it("has a broken definition for each of its rules", () => {
  const rules = Object.keys({ ...workflowRules, ...machineRules, ...stateRules });
  expect(Object.keys(broken).sort()).toEqual(rules.sort());
});
