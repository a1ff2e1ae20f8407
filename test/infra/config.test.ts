import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";

test("works with nothing configured", () => {
  expect(readConfig(undefined)).toEqual({
    stage: "moonbase",
    maximumSessions: 10,
    monthlyBudget: 2,
    onSaveFailure: "keep",
    notifyEmail: null,
    logRetentionDays: 30,
    backupTarget: null,
  });
});

test("cdk.json shows every default", () => {
  const { context } = JSON.parse(readFileSync(join(import.meta.dirname, "../../cdk.json"), "utf8"));
  expect(context.moonbase).toEqual(readConfig(undefined));
});

test("takes an object, or the same as JSON text from the command line", () => {
  const operators = { stage: "blue", region: "eu-west-1", notifyEmail: "me@example.org" };
  expect(readConfig(operators)).toMatchObject(operators);
  expect(readConfig(JSON.stringify(operators))).toEqual(readConfig(operators));
});

test.each([
  [{ stage: "Prod" }, /stage: "Prod" is not accepted \(allowed: 1 to 16 lower-case/],
  [{ stage: "a".repeat(17) }, /stage: "a+" is not accepted/],
  [{ stage: "-a" }, /stage: "-a"/],
  [{ stage: 1 }, /stage: 1 is not accepted \(allowed: text/],
  [{ region: "Ireland" }, /region: "Ireland" is not accepted \(allowed: the name of an AWS region/],
  [{ maximumSessions: 0 }, /maximumSessions: 0 is not accepted \(allowed: 1 to 100/],
  [{ maximumSessions: 1.5 }, /maximumSessions: 1.5 is not accepted \(allowed: a whole number/],
  [{ monthlyBudget: -2 }, /monthlyBudget: -2 is not accepted \(allowed: more than 0/],
  [{ monthlyBudget: "2" }, /monthlyBudget: "2" is not accepted \(allowed: a number/],
  [{ notifyEmail: "me" }, /notifyEmail: "me" is not accepted \(allowed: an email address/],
  [{ logRetentionDays: 31 }, /logRetentionDays: 31 is not accepted \(allowed: 1, 3, 5, 7, 14, 30/],
])("refuses %j, saying what is allowed", (input, message) => {
  expect(() => readConfig(input)).toThrow(message);
});

test("refuses what it does not know, by name", () => {
  expect(() => readConfig({ stagee: "blue" })).toThrow(/stagee/);
  expect(() => readConfig("{stage")).toThrow(/not JSON: \{stage/);
  expect(() => readConfig("[]")).toThrow(/configuration "moonbase"/);
});

test("names everything that is wrong at once", () => {
  expect(() => readConfig({ stage: "X", monthlyBudget: 0 })).toThrow(/stage: .*; monthlyBudget: /);
});
