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
    retention: {
      ...{ day: "sunday", hour: 4, timeZone: "UTC" },
      ...{ keepHourly: 24, keepDaily: 14, keepWeekly: 8, keepMonthly: 12 },
    },
    notifyEmail: null,
    devbox: { variant: "debian-12-arm64", rootGiB: 16, ansibleContent: null },
    ownKey: false,
    allowSsh: false,
    sshAllowedCidr: null,
    sshKeyName: null,
    logRetentionDays: 30,
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
  [{ retention: { hour: 21 } }, /retention.hour: 21 is not accepted \(allowed: a whole number from 0 to 20/],
  [{ retention: { day: "Sun" } }, /retention.day: "Sun" is not accepted \(allowed: monday, tuesday/],
  [
    { retention: { timeZone: "Berlin" } },
    /retention.timeZone: "Berlin" is not accepted \(allowed: the name of/,
  ],
  [{ retention: { timeZone: "+01:00" } }, /retention.timeZone: "\+01:00" is not accepted/],
  [
    { retention: { keepDaily: -1 } },
    /retention.keepDaily: -1 is not accepted \(allowed: a whole number from 0/,
  ],
  [{ retention: { keepDaily: 1.5 } }, /retention.keepDaily: 1.5 is not accepted/],
  [
    { retention: { keepYearly: 1 } },
    /retention.keepYearly: 1 is not accepted \(allowed: null, or an object with day/,
  ],
  [{ retention: false }, /retention: false is not accepted \(allowed: null, or an object with day/],
  [
    { retention: { keepHourly: 0, keepDaily: 0, keepWeekly: 0, keepMonthly: 0 } },
    /retention.keepDaily: 0 is not accepted \(allowed: at least one of .* more than 0, or backups would not be kept/,
  ],
  [{ notifyEmail: "me" }, /notifyEmail: "me" is not accepted \(allowed: an email address/],
  [
    { devbox: { variant: "debian-11-arm64" } },
    /devbox\.variant: .* \(allowed: debian-12-arm64, debian-13-arm64/,
  ],
  [{ devbox: { rootGiB: 7 } }, /devbox\.rootGiB: 7 is not accepted \(allowed: 8 to 16 whole GiB/],
  [{ devbox: { rootGiB: 17 } }, /devbox\.rootGiB: 17 is not accepted/],
  [{ devbox: { rootGiB: 8.5 } }, /devbox\.rootGiB: 8\.5 is not accepted/],
  [{ devbox: { size: 8 } }, /devbox\.size: 8 is not accepted \(allowed: an object with variant, rootGiB/],
  [{ ownKey: "yes" }, /ownKey: "yes" is not accepted \(allowed: true or false/],
  ...[
    ..."http://example.org/box.git https://me:secret@example.org/box.git git@example.org:box s3://bucket".split(
      " ",
    ),
    ..."s3://bucket/boxes s3://bucket/a*/ s3://BUCKET/boxes/ s3:///boxes/ s3://bucket/../".split(" "),
    "https://example.org/box.git\n",
    7,
  ].map((ansibleContent): [object, RegExp] => [
    { devbox: { ansibleContent } },
    /devbox\.ansibleContent: .* is not accepted \(allowed: the https address of a git repository/,
  ]),
  [
    { devbox: { ansibleContent: "s3://moonbase-backup-111122223333-eu-west-1/devbox/boxes/" } },
    /devbox\.ansibleContent: .* \(allowed: a prefix in S3 that devboxes cannot write to/,
  ],
  [{ devbox: null }, /devbox: null is not accepted/],
  [{ allowSsh: "yes" }, /allowSsh: "yes" is not accepted \(allowed: true or false/],
  [{ sshAllowedCidr: "0.0.0.0/0" }, /sshAllowedCidr: "0\.0\.0\.0\/0" is not accepted \(allowed: one address/],
  [{ sshAllowedCidr: "203.0.113.0/24" }, /sshAllowedCidr: "203.0.113.0\/24" is not accepted/],
  [{ sshKeyName: "" }, /sshKeyName: "" is not accepted \(allowed: the name of a key pair/],
  [{ logRetentionDays: 31 }, /logRetentionDays: 31 is not accepted \(allowed: 1, 3, 5, 7, 14, 30/],
])("refuses %j, saying what is allowed", (input, message) => {
  expect(() => readConfig(input)).toThrow(message);
});

test.each([
  "https://example.org/me/box.git",
  "https://git.example.org:8443/~me/box",
  "s3://my-playbooks/boxes/",
])("takes %s as what Ansible runs", (ansibleContent) => {
  expect(readConfig({ devbox: { ansibleContent } }).devbox).toMatchObject({ ansibleContent });
});

test("what is left out of an object in it is as it would be without the object", () => {
  expect(readConfig({ devbox: { rootGiB: 8 } }).devbox).toEqual({ ...readConfig({}).devbox, rootGiB: 8 });
});

test("keeps backups for good when it is told to, and by any one count", () => {
  expect(readConfig({ retention: null }).retention).toBeNull();
  const one = { keepHourly: 0, keepDaily: 0, keepWeekly: 0, keepMonthly: 1 };
  expect(readConfig({ retention: one }).retention).toMatchObject({ ...one, day: "sunday", hour: 4 });
});

test("refuses what it does not know, by name", () => {
  expect(() => readConfig({ stagee: "blue" })).toThrow(/stagee/);
  expect(() => readConfig("{stage")).toThrow(/not JSON: \{stage/);
  expect(() => readConfig("[]")).toThrow(/configuration "moonbase"/);
});

test("names everything that is wrong at once", () => {
  expect(() => readConfig({ stage: "X", monthlyBudget: 0 })).toThrow(/stage: .*; monthlyBudget: /);
});
