import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admin } from "../../../blueprints/admin.ts";
import { type ExtensionFacts, judgeExtension } from "../../../functions/extend/judge.ts";
import { highestCost } from "../../../functions/session/cost.ts";
import { claimedBy, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const costOfMinutes = (minutes: number) => highestCost(admin, minutes, "us-east-1");
/** Four hours of the twelve that its blueprint allows, on a budget with room. */
const ready = session({ status: "ready", estimate: costOfMinutes(240) });
const money = { spent: 0.5, committed: ready.estimate, budget: 2, region: "us-east-1" };
const ask = (
  asked: { extendMinutes?: number; holdMinutes?: number },
  different: Partial<ExtensionFacts> = {},
  minutes = 60,
) =>
  judgeExtension(
    { input: { session: "tea", ...asked }, record: ready, execution: "longer", ...money, ...different },
    minutesAfter(minutes),
  );

describe("an extension", () => {
  it("moves the end, and commits what that may cost at most", () => {
    expect(ask({ extendMinutes: 60 })).toEqual({
      action: "extend",
      change: {
        expiresAt: at(300),
        heldUntil: null,
        estimate: costOfMinutes(300),
        added: 0.0267,
        room: 1.4733,
        withdrawsNotice: false,
      },
      reason: `session "tea" ends at ${at(300)}`,
    });
  });

  it("reaches the blueprint's longest life to the minute, and not a minute beyond", () => {
    expect(ask({ extendMinutes: 480 })).toMatchObject({ change: { expiresAt: at(720) } });
    expect(ask({ extendMinutes: 481 })).toEqual({
      action: "refuse",
      reason: `extendMinutes: 481 is not accepted (allowed: 1 to 480 minutes; session "tea" ends at ${at(240)}, and at ${at(720)} at the latest, 720 minutes after its request)`,
    });
  });

  it("says when no minute is possible any more", () => {
    const full = { ...ready, expiresAt: at(720) };
    expect(ask({ extendMinutes: 1 }, { record: full }).reason).toContain("(allowed: no more; ");
  });

  it("fits into the budget to the cent, or is refused with every figure", () => {
    expect(ask({ extendMinutes: 60 }, { committed: 1.4733 }).action).toBe("extend");
    expect(ask({ extendMinutes: 60 }, { committed: 1.4734 })).toEqual({
      action: "refuse",
      reason:
        "the budget would be broken: $0.50 spent this month, $1.47 more at most by live sessions, $0.03 by this extension, monthlyBudget $2.00; ask for fewer minutes, or end another session",
    });
  });

  it("is granted once to one execution, whatever came between", () => {
    const record = { ...ready, expiresAt: at(360), extendedBy: new Set(["longer", "another"]) };
    expect(ask({ extendMinutes: 60 }, { record })).toEqual({
      action: "nothing",
      terms: { expiresAt: at(360), heldUntil: null },
      reason: `session "tea" ends at ${at(360)}`,
    });
  });

  it.each([
    ["unknown", undefined, 'session: "tea" is not known here; no record bears that name'],
    [
      "ended",
      { ...ready, status: "ended" as const, reason: "idle" as const },
      'session "tea" has ended (idle); launch another one',
    ],
    [
      "claimed",
      { ...ready, reason: "expired" as const, claim: claimedBy(teardownArn(1)) },
      'session "tea" is being ended (expired); launch another one',
    ],
    [
      "claimed for no reason that is written down",
      { ...ready, claim: claimedBy(teardownArn(1)) },
      'session "tea" is being ended (operator); launch another one',
    ],
    [
      "begun to be ended by a teardown whose claim has lapsed",
      { ...ready, reason: "operator" as const, claim: claimedBy(teardownArn(1), -1) },
      'session "tea" is being ended (operator); launch another one',
    ],
  ])("is refused for a session that is %s", (_, record, reason) => {
    for (const asked of [{ extendMinutes: 1 }, { holdMinutes: 0 }]) {
      expect(ask(asked, { record })).toEqual({ action: "refuse", reason });
    }
  });

  it("is refused in the last minute, when the undertaker may be at the door already", () => {
    expect(ask({ extendMinutes: 1 }, {}, 238.9).action).toBe("extend");
    expect(ask({ extendMinutes: 1 }, {}, 239)).toEqual({
      action: "refuse",
      reason: `session "tea" is at its end, ${at(240)}: that cannot be put off in the last minute; launch another one`,
    });
    expect(ask({ holdMinutes: 1 }, {}, 250).action).toBe("refuse");
  });

  it("of a session that is still launching is granted too", () => {
    expect(ask({ extendMinutes: 1 }, { record: session() }).action).toBe("extend");
  });
});

describe("a hold", () => {
  it("counts from now, costs nothing and leaves the end where it is", () => {
    expect(ask({ holdMinutes: 30 }, { committed: 100 })).toMatchObject({
      action: "extend",
      change: { expiresAt: at(240), heldUntil: at(90), added: 0, estimate: ready.estimate },
      reason: `session "tea" ends at ${at(240)} and is held until ${at(90)}`,
    });
  });

  it("commits nothing, not even when prices have risen since the launch", () => {
    const cheap = { ...ready, estimate: 0.01 };
    expect(ask({ holdMinutes: 30 }, { record: cheap, committed: 100 })).toMatchObject({
      change: { added: 0, estimate: 0.01 },
    });
  });

  it("answered again later is not called cut when it was not", () => {
    const record = { ...ready, heldUntil: at(230), extendedBy: new Set(["longer"]) };
    expect(ask({ holdMinutes: 170 }, { record }, 100).reason).toBe(
      `session "tea" ends at ${at(240)} and is held until ${at(230)}`,
    );
  });

  it("is cut at the session's own end, and says so", () => {
    expect(ask({ holdMinutes: 600 })).toMatchObject({
      change: { heldUntil: at(240) },
      reason: `session "tea" ends at ${at(240)} and is held until then, not for 600 minutes: extend it to hold it longer`,
    });
    expect(ask({ holdMinutes: 180 }).reason).toContain(`held until ${at(240)}`);
  });

  it("reaches as far as the extension that it comes with", () => {
    expect(ask({ extendMinutes: 60, holdMinutes: 600 })).toMatchObject({
      change: { expiresAt: at(300), heldUntil: at(300) },
    });
  });

  it("is released by 0, and otherwise stays through an extension", () => {
    const held = { ...ready, heldUntil: at(120) };
    expect(ask({ holdMinutes: 0 }, { record: held })).toMatchObject({
      change: { heldUntil: null },
      reason: `session "tea" ends at ${at(240)} and is not held`,
    });
    expect(ask({ extendMinutes: 10 }, { record: held })).toMatchObject({ change: { heldUntil: at(120) } });
  });

  it("that is over is told no more", () => {
    const lapsed = { ...ready, heldUntil: at(60), extendedBy: new Set(["longer"]) };
    expect(ask({ holdMinutes: 5 }, { record: lapsed })).toMatchObject({ terms: { heldUntil: null } });
  });
});

const minutes = (most: number) => fc.integer({ min: 0, max: most });
const dollars = fc.integer({ min: 0, max: 30_000 }).map((units) => units / 10_000);

it("whatever is asked: never beyond the longest life or the budget, never shorter, never held past the end", () => {
  fc.assert(
    fc.property(
      fc.record({
        asked: minutes(720),
        hold: fc.option(minutes(1440)),
        life: minutes(720),
        age: minutes(800),
      }),
      fc.record({ spent: dollars, committed: dollars }),
      ({ asked, hold, life, age }, { spent, committed }) => {
        const record = { ...ready, expiresAt: at(life), estimate: costOfMinutes(life) };
        const input = {
          ...(asked > 0 && { extendMinutes: asked }),
          ...(hold !== null && { holdMinutes: hold }),
        };
        const decision = ask(input, { record, spent, committed }, age);
        if (decision.action !== "extend") return;
        const { expiresAt, heldUntil, estimate, added } = decision.change;
        expect(expiresAt).toBe(at(life + asked));
        expect(life + asked).toBeLessThanOrEqual(720);
        expect(age).toBeLessThan(life - 1);
        expect(added).toBeCloseTo(estimate - record.estimate, 8);
        if (added > 0) expect(spent + committed + added).toBeLessThanOrEqual(2 + 1e-9);
        if (heldUntil !== null) expect(Date.parse(heldUntil)).toBeLessThanOrEqual(Date.parse(expiresAt));
      },
    ),
  );
});

it("two extensions cost what one over the same time costs", () => {
  fc.assert(
    fc.property(minutes(239), minutes(240), (one, two) => {
      const first = ask({ extendMinutes: one + 1 });
      if (first.action !== "extend") throw new Error(first.reason);
      const record = { ...ready, expiresAt: first.change.expiresAt, estimate: first.change.estimate };
      const second = ask({ extendMinutes: two + 1 }, { record, execution: "again" });
      const both = ask({ extendMinutes: one + two + 2 });
      if (second.action !== "extend" || both.action !== "extend") return;
      expect(second.change.estimate).toBe(both.change.estimate);
      expect(now.getTime()).toBeLessThan(Date.parse(second.change.expiresAt));
    }),
  );
});

describe("a session whose end was told", () => {
  const told = (reason: "idle" | "expired" | "budget", endsAt = at(70)) => ({
    record: { ...ready, notice: { reason, toldAt: at(59), endsAt, told: true } },
  });
  const isWithdrawn = (asked: { extendMinutes?: number; holdMinutes?: number }, different: object) => {
    const decision = ask(asked, different);
    return decision.action === "extend" ? decision.change.withdrawsNotice : decision.action;
  };

  it("goes on when it gets more time, or when it is idle and is held", () => {
    expect(isWithdrawn({ extendMinutes: 10 }, told("expired"))).toBe(true);
    expect(isWithdrawn({ extendMinutes: 10 }, told("idle"))).toBe(true);
    expect(isWithdrawn({ holdMinutes: 10 }, told("idle"))).toBe(true);
  });

  it("ends all the same when it is held at its expiry, or let go", () => {
    expect(isWithdrawn({ holdMinutes: 10 }, told("expired"))).toBe(false);
    expect(isWithdrawn({ holdMinutes: 0 }, told("idle"))).toBe(false);
    expect(isWithdrawn({ extendMinutes: 10 }, {})).toBe(false);
  });

  it("is given no time that the budget has not got", () => {
    expect(ask({ extendMinutes: 10 }, told("budget"))).toEqual({
      action: "refuse",
      reason: `session "tea" ends at ${at(70)}: the budget of this month is spent; launch another one with force`,
    });
  });

  it("cannot be put off in the last minute of its notice, and can be held even then", () => {
    expect(ask({ extendMinutes: 10 }, told("idle", at(61)))).toMatchObject({
      action: "refuse",
      reason: expect.stringContaining(`is at its end, ${at(61)}`),
    });
    expect(ask({ extendMinutes: 10 }, told("idle", at(61.1))).action).toBe("extend");
    expect(ask({ holdMinutes: 10 }, told("idle", at(61))).action).toBe("extend");
  });
});
