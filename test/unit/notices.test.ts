import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  endedNotice,
  interruptedNotice,
  keptNotice,
  type Notice,
  readyNotice,
  savedNotice,
} from "../../functions/session/notices.ts";
import {
  claimedBy,
  launchArn,
  machine,
  minutesAfter,
  now,
  session,
  settings,
  teardownArn,
} from "./fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const live = session({
  status: "ready",
  requestedBy: "me@laptop",
  machine,
  readyAt: at(0.5),
  reason: "expired",
  claim: claimedBy(teardownArn(1)),
});
const launched = {
  ...{ session: "tea", instanceId: machine.instanceId, instanceType: "t3.small", zone: "us-east-1a" },
  ...{ market: "spot" as const, address: "203.0.113.9", hostKey: "ssh-ed25519 AAAA", user: "ubuntu" },
  expiresAt: at(240),
};
const save = { outcome: "saved" as const, message: "12 files", id: "4f1c", at: at(1) };
const kept = { since: at(1), why: "the repository is locked", attempts: 2 };
const account = {
  ...{ session: "tea", reason: "idle" as const, saved: "admin keeps nothing" },
  ...{ hours: 1, cost: 0.0134, onDemandCost: 0.0267 },
};
const ending = {
  endedAt: at(62),
  saved: "admin keeps nothing",
  hours: 1,
  cost: 0.0134,
  onDemandCost: 0.0267,
};
const hour = minutesAfter(60);
const textOf = ({ subject, lines }: Notice) => [subject, ...lines].join("\n");

beforeEach(() => void vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings)));

/** Each notice, and the words in which it answers why. */
const notices: [string, Notice, RegExp][] = [
  ["ready", readyNotice(live, launched), /Asked for by: me@laptop/],
  ["interrupted", interruptedNotice(live, at(2), hour), /EC2 wants the machine .* back/],
  ["saved", savedNotice(live, save, hour), /It ends because its time is over \(expired\)/],
  [
    "kept",
    keptNotice(live, kept, "keep", hour),
    /could not be saved: the repository is locked \(attempt 2\)/,
  ],
  ["ended", endedNotice({ ...live, ending }, account), /has ended because it is idle \(idle\)/],
  [
    "failed",
    endedNotice(session({ reason: "launch-failed", failure: "no capacity", ending }), {
      ...account,
      reason: "launch-failed",
    }),
    /What went wrong: no capacity/,
  ],
];

describe.each(notices)("the notice that a session is %s", (_, notice, why) => {
  it("answers why, what was saved, what it costs, and where to look", () => {
    const text = textOf(notice);
    expect(text).toMatch(why);
    expect(text).toMatch(/Saved( before)?: /);
    expect(text).toMatch(/costs? (about )?\$|cost about \$/);
    expect(text).toMatch(/^Look at: https:\/\/us-east-1\.console\.aws\.amazon\.com\/.*arn:aws:states/m);
    expect(text).toMatch(/^The whole story: npx moonbase why tea$/m);
  });

  it("has a subject that SNS takes: one line of ASCII, under 100 characters", () => {
    expect(notice.subject).toMatch(/^[ -~]{1,99}$/);
    expect(notice.subject).toContain("tea");
  });
});

it("ready tells how to get in, how long it took, what an hour costs and when it ends", () => {
  const text = textOf(readyNotice(live, launched));
  expect(text).toMatch(
    /after 30 seconds[\s\S]*ssh ubuntu@203\.0\.113\.9[\s\S]*16:00:00.*[\s\S]*\$0\.0134 an hour/,
  );
  expect(textOf(readyNotice(live, { ...launched, address: null }))).toContain(
    "aws ssm start-session --target i-",
  );
});

it("the end of a machine that works alone tells what it did, or that it did not", () => {
  const alone = { ...live, blueprint: "retention", ending };
  const told = (different: object) => textOf(endedNotice({ ...alone, ...different }, account));
  expect(told({ work: "removed 2 of 9 backups" })).toContain("What it did: removed 2 of 9 backups");
  expect(told({ reason: "interrupted" })).toContain("It has not finished its work");
  const failed = told({ reason: "work-failed", failure: "the repository is damaged" });
  expect(failed).toContain("What went wrong: the repository is damaged");
  expect(failed).not.toContain("finished");
  expect(textOf(endedNotice({ ...live, ending }, account))).not.toMatch(/What it did|finished/);
});

it("what a machine named and nobody found is not told as something to restore from", () => {
  const lied = { ...save, outcome: "not-found" as const };
  expect(textOf(endedNotice({ ...live, ending, save }, account))).toContain("(4f1c)");
  expect(textOf(endedNotice({ ...live, ending, save: lied }, account))).not.toContain("4f1c");
});

it("kept tells until when, or that there is no end to it", () => {
  expect(textOf(keptNotice(live, kept, "keep", hour))).toContain(
    "after 2026-11-22T00:00:00.000Z it is ended",
  );
  expect(textOf(keptNotice(live, kept, "keep-forever", hour))).toContain("for as long as it takes");
});

it("an end links to its teardown, a launch that failed to the launch, an end of nothing to nothing", () => {
  const closed = { ...live, claim: undefined, ending: { ...ending, teardown: teardownArn(2) } };
  expect(textOf(endedNotice(closed, account))).toContain(teardownArn(2));
  const failed = { ...closed, readyAt: undefined, reason: "launch-failed" as const };
  expect(textOf(endedNotice(failed, account))).toMatch(/failed to launch[\s\S]*moonbase-launch:tea/);
  expect(textOf(endedNotice(undefined, account))).not.toContain("Look at");
  expect(textOf(readyNotice(live, launched))).toContain(launchArn);
  expect(textOf(interruptedNotice(live, at(2), now))).toContain(teardownArn(1));
});
