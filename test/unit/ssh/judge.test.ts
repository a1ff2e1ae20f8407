import { describe, expect, it } from "vitest";
import { openingOf } from "../../../functions/session/opening.ts";
import { judgeTurn, type TurnFacts } from "../../../functions/ssh/judge.ts";
import { claimedBy, machine, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

const mine = "arn:aws:states:us-east-1:000000000000:execution:moonbase-ssh:tea-1";
const { sourceCidr: _, ...closed } = session({ blueprint: "devbox", status: "ready", machine });
const open = session({ status: "ready", machine });
const on = { session: "tea", ssh: "on" as const, sourceCidr: "198.51.100.4/32" };
const off = { session: "tea", ssh: "off" as const };
const judge = (different: Partial<TurnFacts>, at = now) =>
  judgeTurn(
    { input: on, record: closed, isGone: false, configuredCidr: null, execution: mine, ...different },
    at,
  );

/** The decision, which has to be a change. */
function judgedChange(facts: Partial<TurnFacts>) {
  const decision = judge(facts);
  if (decision.action !== "change") throw new Error(decision.reason);
  return decision;
}

describe("ssh is turned on", () => {
  it("for the one address that was named, and who asked is written down", () => {
    const decision = judge({ input: { ...on, requestedBy: "me" } });
    expect(decision).toEqual({
      action: "change",
      change: { at: now.toISOString(), sourceCidr: "198.51.100.4/32", execution: mine, by: "me" },
      reason: 'session "tea" lets 198.51.100.4/32 in on port 22',
    });
  });

  it("for the configured address when none is named, and for nobody when none is configured", () => {
    const input = { session: "tea", ssh: "on" as const };
    expect(judge({ input, configuredCidr: "192.0.2.1/32" })).toMatchObject({
      change: { sourceCidr: "192.0.2.1/32" },
    });
    expect(judge({ input })).toMatchObject({
      action: "refuse",
      reason: expect.stringMatching(/^sourceCidr: missing \(allowed: one address.*sshAllowedCidr/),
    });
  });

  it("in the place of another address, and not a second time for the same, however it is spelt", () => {
    expect(judge({ record: open })).toMatchObject({ action: "change" });
    const record = { ...closed, doorChanges: [{ at: "t", sourceCidr: "2001:db8::7/128", execution: "x" }] };
    const input = { ...on, sourceCidr: "2001:DB8:0::0007/128" };
    expect(judge({ record, input })).toMatchObject({ action: "confirm" });
    expect(judge({ input })).toMatchObject({ change: { sourceCidr: "2001:db8::7/128" } });
  });

  it("on a machine that is kept because it could not be saved", () => {
    const claim = { ...claimedBy(teardownArn(1)), expiresAt: new Date(0).toISOString() };
    expect(judge({ record: { ...closed, reason: "expired", claim } })).toMatchObject({ action: "change" });
  });
});

describe("ssh is turned off", () => {
  it("once", () => {
    const configuredCidr = "192.0.2.1/32";
    const { change } = judgedChange({ input: off, record: open, configuredCidr });
    expect(change).toStrictEqual({ at: now.toISOString(), sourceCidr: null, execution: mine });
    expect(judge({ input: off })).toMatchObject({ action: "confirm" });
  });

  it("where nothing is left of the machine, without touching anything", () => {
    for (const facts of [{ record: { ...open, status: "ended" as const } }, { record: open, isGone: true }]) {
      const reason = 'the machine of session "tea" is gone, and its rule with it';
      expect(judge({ input: off, ...facts })).toEqual({ action: "leave", reason });
    }
    const launching = { ...open, status: "launching" as const };
    expect(judge({ input: off, record: launching, isGone: true })).toMatchObject({ action: "refuse" });
  });

  it("by whoever looked earlier only if nobody has turned it on since", () => {
    const at = minutesAfter(5).toISOString();
    const again = { ...open, doorChanges: [{ at, sourceCidr: "198.51.100.4/32", execution: "theirs" }] };
    const since = { ...off, onSince: open.requestedAt };
    expect(judge({ input: since, record: open })).toMatchObject({ action: "change" });
    expect(judge({ input: since, record: again })).toMatchObject({
      action: "confirm",
      reason: expect.stringMatching(/^not turned off: .*lets 198/),
    });
    expect(judge({ input: { ...off, onSince: at }, record: again })).toMatchObject({ action: "change" });
    expect(judge({ input: since })).toMatchObject({
      action: "confirm",
      reason: 'not turned off: session "tea" lets nobody in on port 22 since then',
    });
  });
});

it("a step that is run again undoes no later change", () => {
  const doorChanges = [
    { at: "1", sourceCidr: "198.51.100.4/32", execution: mine },
    { at: "2", sourceCidr: null, execution: "theirs" },
  ];
  expect(judge({ record: { ...closed, doorChanges } })).toEqual({
    action: "confirm",
    reason: 'session "tea" lets nobody in on port 22',
  });
});

it.each([
  ["nobody knows", { record: undefined }, /^session: "tea" is not known here/],
  [
    "has ended",
    { record: { ...closed, status: "ended" as const } },
    /has ended \(operator\); launch another one$/,
  ],
  [
    "has fallen idle and ended",
    { record: { ...closed, status: "ended" as const, reason: "idle" as const } },
    /has ended \(idle\); launch another one$/,
  ],
  [
    "has ended, and its machine is gone",
    { record: { ...closed, status: "ended" as const }, isGone: true },
    /has ended/,
  ],
  [
    "is launching",
    { record: { ...closed, status: "launching" as const } },
    /launching; ask again when it is ready/,
  ],
  [
    "is being ended",
    { record: { ...closed, claim: claimedBy(teardownArn(1)) } },
    /is being ended \(operator\), and its rule goes with its machine$/,
  ],
  [
    "is being ended for a reason",
    { record: { ...closed, reason: "expired" as const, claim: claimedBy(teardownArn(1)) } },
    /is being ended \(expired\)/,
  ],
  ["has lost its machine", { isGone: true }, /the machine of session "tea" is gone/],
])("a session that %s is refused, in words", (_, facts, reason) => {
  expect(judge(facts)).toEqual({ action: "refuse", reason: expect.stringMatching(reason) });
});

describe("who may come in", () => {
  it("is whom the launch let in, until somebody changes it", () => {
    expect(openingOf(closed)).toBeUndefined();
    expect(openingOf(open)).toStrictEqual({ sourceCidr: "203.0.113.7/32", since: open.requestedAt });
    expect(openingOf({ ...open, requestedBy: "me" })).toMatchObject({ by: "me" });
    const doorChanges = [{ at: "1", sourceCidr: "198.51.100.4/32", execution: "x", by: "me" }];
    expect(openingOf({ ...open, doorChanges })).toEqual({
      sourceCidr: "198.51.100.4/32",
      since: "1",
      by: "me",
    });
    expect(
      openingOf({ ...open, doorChanges: [...doorChanges, { at: "2", sourceCidr: null, execution: "y" }] }),
    ).toBeUndefined();
  });
});
