import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defaults, withEverything } from "./synthesize.ts";

const { app, directory } = defaults();

describe("cdk-nag", () => {
  test.each([
    ["by default", app],
    ["with everything turned on", withEverything().app],
  ])("finds nothing that is not answered for: %s", (_, scope) => {
    expect(new AwsSolutionsChecks().validateScope(scope).violations).toEqual([]);
  });

  test("is awake", () => {
    const bad = new Stack(new App({ outdir: join(directory, "bad") }), "bad");
    new Queue(bad, "Queue");
    expect(new AwsSolutionsChecks().validateScope(bad).success).toBe(false);
  });

  test("is answered on single resources, with a reason each", () => {
    const answers = app.node
      .findAll()
      .flatMap((construct) =>
        construct.node.metadata
          .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
          .map(({ data }) => ({ on: construct, reasons: z.record(z.string(), z.string()).parse(data) })),
      );
    expect(answers.length).toBeGreaterThan(5);
    for (const { on, reasons } of answers) {
      expect(on).not.toBeInstanceOf(Stack);
      expect(on).not.toBeInstanceOf(App);
      for (const reason of Object.values(reasons)) expect(reason.length).toBeGreaterThan(30);
    }
  });
});

test("cfn-lint accepts the templates", () => {
  const program = join(import.meta.dirname, "../../.venv/bin/cfn-lint");
  expect(existsSync(program), `${program} is missing: npm test sets it up`).toBe(true);
  const templates = [directory, withEverything().directory].flatMap((folder) =>
    ["data", "machines", "control"].map((name) => join(folder, `moonbase-${name}.template.json`)),
  );
  // W3005: CDK writes DependsOn for roles that a reference already orders; harmless, and not ours to change.
  const { stdout, stderr, status } = spawnSync(program, ["--ignore-checks", "W3005", "--", ...templates], {
    encoding: "utf8",
  });
  expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
});
