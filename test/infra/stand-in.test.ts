import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { resolve } from "./resolve.ts";
import { defaults, resourcesOf, type Synthesis, stackNames } from "./synthesize.ts";

const resource = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) });
const template = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

const root = join(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "moonbase-stand-in-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** The machines stack as the app makes it where stand-ins are asked for: which blueprints there are is read at its start. */
function withStandIns(asked: string) {
  const outdir = join(directory, asked);
  const { stderr, status } = spawnSync(process.execPath, ["infra/app.ts"], {
    cwd: root,
    encoding: "utf8",
    env: {
      ...process.env,
      MOONBASE_STAND_INS: asked,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ "aws:cdk:bundling-stacks": [] }),
    },
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return template.parse(JSON.parse(readFileSync(join(outdir, "moonbase-machines.template.json"), "utf8")));
}

function scriptsIn({ directory: assembly }: Synthesis): string[] {
  const { files } = z
    .object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) })
    .parse(JSON.parse(readFileSync(join(assembly, "moonbase-machines.assets.json"), "utf8")));
  const archive = Object.values(files).find(({ source }) => source.path.endsWith(".tar.gz"));
  const entries: string[] = [];
  list({
    file: join(assembly, archive?.source.path ?? ""),
    sync: true,
    onReadEntry: ({ path }) => entries.push(path),
  });
  return entries;
}

test("a deployment has no trace of what only stands in", () => {
  for (const stack of stackNames) expect(defaults().texts[stack]).not.toContain("stand-in");
  const scripts = scriptsIn(defaults());
  expect(scripts).toContain("admin/ready");
  expect(scripts.filter((path) => path.startsWith("stand-in"))).toEqual([]);
});

test("nor has one with another word than yes", () => {
  expect(JSON.stringify(withStandIns("true"))).not.toContain("stand-in");
});

describe("a machine that saves", () => {
  const machines = withStandIns("yes");
  const statements = (role: string) => {
    const found = resourcesOf("AWS::IAM::Role", machines).find(
      ({ Properties }) => Properties.RoleName === role,
    );
    const allowed = z
      .object({
        Policies: z.tuple([
          z.object({ PolicyDocument: z.object({ Statement: z.array(z.looseObject({ Sid: z.string() })) }) }),
        ]),
      })
      .parse(resolve(found?.Properties, machines));
    return allowed.Policies[0].PolicyDocument.Statement;
  };

  test("may do what others may, put its blueprint's own objects, and answer whoever has it save", () => {
    const others = statements("moonbase-admin-machine");
    const more = statements("moonbase-stand-in-machine").filter(
      ({ Sid }) => !others.some((statement) => statement.Sid === Sid),
    );
    expect(more).toEqual([
      {
        Sid: "Save",
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::moonbase-backup-111122223333-eu-west-1/stand-in/*",
      },
      {
        Sid: "AnswerWhoeverHasItSave",
        Effect: "Allow",
        Action: ["states:SendTaskSuccess", "states:SendTaskFailure"],
        Resource: ["teardown", "backup"].map(
          (name) => `arn:aws:states:eu-west-1:111122223333:stateMachine:moonbase-${name}`,
        ),
      },
    ]);
  });
});
