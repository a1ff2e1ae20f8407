import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { type BackupFacts, decideOnBackup, hasTurn } from "../../../functions/backup/decide.ts";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { claimedBy, machine, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

const saving = (different: Partial<SessionRecord> = {}) =>
  session({ blueprint: "stand-in", status: "ready", machine, readyAt: now.toISOString(), ...different });
const facts = (different: Partial<BackupFacts> = {}): BackupFacts => ({
  ...{ session: "tea", record: saving(), isGone: false, execution: "mine" },
  ...different,
});
const backup = (minutes: number) => ({ execution: "another", until: minutesAfter(minutes).toISOString() });

describe("a machine is asked to save once more", () => {
  it.each([
    ["when it is ready", {}],
    ["when a teardown could not save it, and nobody is at it now", { claim: claimedBy("dead", -1) }],
    ["by the same execution again", { backup: { ...backup(5), execution: "mine" } }],
    ["when another backup's time is over", { backup: backup(0) }],
  ])("%s", (_, different) => {
    const decision = decideOnBackup(facts({ record: saving(different) }), now);
    expect(decision).toEqual({ action: "ask", reason: 'session "tea" saves what it holds' });
  });
});

describe("a backup is refused, and says why", () => {
  it.each([
    [
      "of nobody",
      facts({ record: undefined }),
      'session: "tea" is not known here; no record bears that name',
    ],
    [
      "of a session that has ended",
      facts({ record: saving({ status: "ended", reason: "idle" }) }),
      'session "tea" has ended (idle)',
    ],
    [
      "of a machine that keeps nothing",
      facts({ record: saving({ blueprint: "admin" }) }),
      'session "tea" is of admin, which keeps nothing',
    ],
    [
      "while it is being ended",
      facts({ record: saving({ claim: claimedBy(teardownArn(1)), reason: "interrupted" }) }),
      'session "tea" is being ended (interrupted), and its end saves what there is',
    ],
    [
      "while it is launching",
      facts({ record: saving({ status: "launching" }) }),
      'session "tea" is launching, and holds nothing yet',
    ],
    ["when the machine is gone", facts({ isGone: true }), 'the machine of session "tea" is gone'],
    [
      "while another one is at work",
      facts({ record: saving({ backup: backup(5) }) }),
      `another backup of session "tea" is at work, until ${minutesAfter(5).toISOString()} at the longest`,
    ],
  ])("%s", (_, given, reason) => {
    expect(decideOnBackup(given, now)).toEqual({ action: "refuse", reason });
  });
});

describe("a turn", () => {
  const mine = { execution: "mine", until: minutesAfter(5).toISOString() };
  it.each([
    [true, "its own", saving({ backup: mine })],
    [false, "another's", saving({ backup: backup(5) })],
    [false, "nobody's", saving()],
    [false, "over when an end has begun", saving({ backup: mine, claim: claimedBy(teardownArn(1)) })],
    [false, "over when the session has ended", saving({ backup: mine, status: "ended" })],
  ])("is had: %s, when it is %s", (expected, _, record) => {
    expect(hasTurn(record, "mine", now)).toBe(expected);
  });
});
