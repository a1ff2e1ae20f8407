import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { CommandError } from "../../../cli/command-error.ts";
import { cdkParameters } from "../../../cli/commands/deploy.ts";
import { readConfig } from "../../../cli/config.ts";

function written(text: string): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "config.json");
  writeFileSync(file, text);
  return { MOONBASE_CONFIG: file };
}

function complaint(environment: NodeJS.ProcessEnv) {
  try {
    return readConfig(environment);
  } catch (error) {
    return error instanceof CommandError ? error.complaint : error;
  }
}

it("takes the deploy keys and its own, with their defaults", () => {
  const { config } = readConfig(written('{"stage":"blue","profile":"me"}'));
  expect(config).toMatchObject({ stage: "blue", profile: "me", monthlyBudget: 2 });
  expect(config.addressServices).toEqual(["https://checkip.amazonaws.com", "https://api.ipify.org"]);
});

it.each([
  ['{"stage":"Blue"}', /stage: "Blue" is not accepted \(allowed: 1 to 16 lower-case/],
  ['{"stagee":"blue"}', /stagee: "blue" is not accepted/],
  [
    '{"addressServices":["http://example.org","https://b.org"]}',
    /addressServices.0: "http:\/\/example.org" .*https/,
  ],
  ['{"addressServices":["https://a.org"]}', /addressServices: /],
  ["{stage", /JSON/],
])("refuses %s, naming the field, its value and what is allowed", (text, why) => {
  expect(complaint(written(text))).toMatchObject({ ending: "usage", why: expect.stringMatching(why) });
});

it("takes http on loopback, and misses a file only when it was named", () => {
  const services = ["http://127.0.0.1:8080/", "http://localhost:8081/"];
  expect(readConfig(written(JSON.stringify({ addressServices: services }))).config.addressServices).toEqual(
    services,
  );
  expect(complaint({ MOONBASE_CONFIG: "/nowhere/config.json" })).toMatchObject({ ending: "usage" });
});

it("hands the CDK what the operator has set, and nothing that is the command's own", () => {
  const file = { stage: "blue", notifyEmail: "me@example.org", profile: "me", addressServices: [] };
  expect(cdkParameters(file, { region: "eu-west-1" })).toEqual([
    ...[
      "deploy",
      "--all",
      "-c",
      'moonbase={"stage":"blue","notifyEmail":"me@example.org","region":"eu-west-1"}',
    ],
    ...["--profile", "me"],
  ]);
});
