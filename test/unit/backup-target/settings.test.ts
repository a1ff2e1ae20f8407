import { describe, expect, it } from "vitest";
import { backupTarget } from "../../../functions/session/backup-target.ts";
import { blueprintsOf } from "../../../functions/session/deployment.ts";

const takes = (different: object) => backupTarget.safeParse(different).success;

describe("the key backupTarget", () => {
  it("is not there unless it is written, and is closed when nothing else is", () => {
    expect(backupTarget.parse(undefined)).toBeNull();
    expect(backupTarget.parse({})).toMatchObject({
      sizeGiB: 100,
      allowedCidr: null,
      zone: null,
      windowSchedule: null,
    });
  });

  it.each(["203.0.113.7/32", "198.51.100.0/24", "10.0.0.0/8"])("lets devices come from %s", (allowedCidr) => {
    expect(takes({ allowedCidr })).toBe(true);
  });

  it.each([
    "0.0.0.0/0",
    "0.0.0.0/8",
    "203.0.113.7/7",
    "203.0.113.7",
    "203.0.113.7/33",
    "2001:db8::/32",
    "1.2.3.4/08x",
    "",
  ])("refuses %j as a range", (allowedCidr) => {
    expect(takes({ allowedCidr })).toBe(false);
  });

  it.each([
    { sizeGiB: 0 },
    { sizeGiB: 1.5 },
    { sizeGiB: 16_385 },
    { zone: "us-east-1" },
    { windowSchedule: "at(2026-11-20T12:00:00)" },
    { windowSchedule: "cron(0 3 * * ? *) or so" },
    { timeZone: "Berlin!" },
    { windowMinutes: 39 },
    { snapshotsKept: 0 },
    { size: 100 },
  ])("refuses %j", (different) => {
    expect(takes(different)).toBe(false);
  });
});

it("a deployment has the kinds of machine that it opts into, besides those that cost nothing while idle", () => {
  const names = (config: Parameters<typeof blueprintsOf>[0]) => blueprintsOf(config).map(({ name }) => name);
  expect(names({ backupTarget: null })).toEqual(["admin", "devbox", "retention"]);
  expect(names({ backupTarget: backupTarget.parse({}) })).toEqual([
    "admin",
    "devbox",
    "retention",
    "backup-target",
  ]);
});
