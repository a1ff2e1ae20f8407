import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Decision } from "../../../functions/react/decision.ts";
import { decideOnAsk, decideOnIdle } from "../../../functions/react/decisions/activity.ts";
import {
  type AppointmentFacts,
  decideOnAppointment,
} from "../../../functions/react/decisions/appointment.ts";
import { decideOnBudget } from "../../../functions/react/decisions/budget.ts";
import { decideOnInterruption, decideOnRebalance } from "../../../functions/react/decisions/spot.ts";
import type { SeenMachine } from "../../../functions/react/facts.ts";
import { expiryNoticeAt } from "../../../functions/session/caps.ts";
import { month } from "../../../functions/session/ledger-items.ts";
import { isClaimed, isHeld, type SessionRecord } from "../../../functions/session/record.ts";
import { keeper } from "../fixture/keeper.ts";
import { claimedBy, machine, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

vi.mock(import("../../../blueprints/index.ts"), async (original) =>
  (await import("../fixture/keeper.ts")).withKeeper(await original()),
);

/** Times are minutes from `now`; the clock of a decision is anywhere among them. */
const minute = fc.integer({ min: -400, max: 400 });
const time = minute.map((minutes) => minutesAfter(minutes).toISOString());
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const clock = fc.double({ min: -400, max: 400, noNaN: true }).map(minutesAfter);

const withoutGaps = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const records: fc.Arbitrary<SessionRecord> = fc
  .record({
    status: fc.constantFrom("launching" as const, "ready" as const, "ended" as const),
    blueprint: fc.constantFrom("admin", keeper.name),
    readyAt: maybe(time),
    expiresAt: fc.integer({ min: 10, max: 400 }).map((minutes) => minutesAfter(minutes).toISOString()),
    heldUntil: maybe(time),
    interruptedAt: maybe(time),
    goneAt: maybe(time),
    forced: maybe(fc.boolean()),
    reason: maybe(fc.constantFrom("idle" as const, "operator" as const, "interrupted" as const)),
    machine: maybe(fc.constantFrom(machine, { ...machine, instanceId: "i-other" })),
    claim: maybe(minute.map((minutes) => claimedBy(teardownArn(1), minutes))),
    notice: maybe(
      fc
        .record({
          reason: fc.constantFrom("idle" as const, "expired" as const, "budget" as const),
          toldAt: time,
          endsAt: time,
          told: maybe(fc.constant(true)),
        })
        .map(({ told, ...notice }) => ({ ...notice, ...(told && { told }) })),
    ),
    generation: fc.nat({ max: 9 }),
  })
  .map((different) => ({ ...session(), ...withoutGaps(different) }));

const machines: fc.Arbitrary<SeenMachine> = fc.record({
  instanceId: fc.constant(machine.instanceId),
  state: fc.constant("running"),
  going: fc.constant(false),
  phase: fc.constant("ready"),
  asks: maybe(fc.constantFrom("logged-out", "idle: no login", "nothing")),
  heard: maybe(fc.constantFrom("held until 2026-11-20T13:00:00.000Z")),
  tailscale: maybe(fc.constantFrom("up 2026-11-20T12:00:00.000Z", "down 2026-11-20T12:00:00.000Z")),
  logins: maybe(fc.constantFrom("open", "none", "?")),
  wants: maybe(fc.constantFrom("nothing", "save end-1", "save early-2026-11-20T12:00:00.000Z")),
});
const alarms = maybe(fc.constantFrom("OK", "ALARM", "INSUFFICIENT_DATA"));
const appointments: fc.Arbitrary<AppointmentFacts> = fc
  .record({ record: records, machine: maybe(machines), alarm: alarms })
  .map((facts) => ({ session: "tea", endReason: undefined, ...facts }));

const isActive = (record: SessionRecord, seen: SeenMachine | undefined, at: Date) =>
  isHeld(record, at) || seen === undefined || seen.logins === "open";
const ends = ({ action }: Decision) => action === "tear-down";

describe("a session that is held, or has somebody logged in, or cannot be judged", () => {
  it("is not ended before its time for idleness, nor told that it will be", () => {
    fc.assert(
      fc.property(records, maybe(machines), clock, (record, seen, at) => {
        fc.pre(isActive(record, seen, at));
        expect(decideOnIdle(record, seen, at).action).toBe("nothing");
        // An idle machine that is held is told so.
        if (seen !== undefined) {
          expect(["nothing", "hear"]).toContain(decideOnAsk(record, seen, at).action);
        }
      }),
    );
  });

  it("is not ended by the undertaker before its time, but for the budget or an end that was begun", () => {
    fc.assert(
      fc.property(appointments, clock, (facts, at) => {
        const { record } = facts;
        fc.pre(record !== undefined && record.reason === undefined && at < new Date(record.expiresAt));
        fc.pre(record.notice?.reason !== "budget");
        fc.pre(isActive(record, facts.machine, at) || facts.alarm !== "ALARM");
        expect(ends(decideOnAppointment(facts, at))).toBe(false);
      }),
    );
  });

  it("is not ended without a notice that has run out", () => {
    fc.assert(
      fc.property(appointments, clock, (facts, at) => {
        const { record } = facts;
        fc.pre(record !== undefined && record.reason === undefined && at < new Date(record.expiresAt));
        fc.pre(record.notice?.told !== true || at < new Date(record.notice.endsAt));
        expect(ends(decideOnAppointment(facts, at))).toBe(false);
      }),
    );
  });
});

describe("a session whose time is over", () => {
  it("is ended, whatever else is true of it", () => {
    fc.assert(
      fc.property(appointments, clock, (facts, at) => {
        const { record } = facts;
        fc.pre(record !== undefined && record.status !== "ended" && at >= new Date(record.expiresAt));
        expect(decideOnAppointment(facts, at).action).toBe(isClaimed(record, at) ? "nothing" : "tear-down");
      }),
    );
  });

  it("has somebody coming until then, never later than its time", () => {
    fc.assert(
      fc.property(appointments, clock, (facts, at) => {
        const { record } = facts;
        fc.pre(record !== undefined && at < new Date(record.expiresAt));
        fc.pre(record.notice === undefined || new Date(record.notice.endsAt) <= new Date(record.expiresAt));
        const decision = decideOnAppointment(facts, at);
        const next =
          decision.action === "come-back" || decision.action === "withdraw"
            ? decision.at
            : decision.action === "warn"
              ? new Date(decision.notice.endsAt)
              : undefined;
        if (next === undefined) return;
        expect(next > at).toBe(true);
        expect(next <= new Date(record.expiresAt)).toBe(true);
      }),
    );
  });

  /** What the world does between two visits of the undertaker. */
  const world = fc.record({
    alarm: alarms,
    seen: maybe(machines),
    rings: fc.boolean(),
    holdMinutes: maybe(fc.nat({ max: 300 })),
    extendMinutes: maybe(fc.integer({ min: 1, max: 60 })),
  });

  it("ends by then: through every life of holds, extensions, alarms and logins the undertaker sees to it", () => {
    fc.assert(
      fc.property(fc.array(world, { minLength: 1, maxLength: 12 }), (days) => {
        let record: SessionRecord = session({ status: "ready", machine, readyAt: now.toISOString() });
        let at = expiryNoticeAt(record);
        for (let visit = 0; visit < 200; visit += 1) {
          const day = days[visit % days.length];
          const { alarm, seen, rings, holdMinutes, extendMinutes } = day ?? {};
          // An extension reaches twelve hours after the request at most; later it is refused.
          const extended = new Date(Date.parse(record.expiresAt) + (extendMinutes ?? 0) * 60_000);
          if (visit < days.length && at < new Date(record.expiresAt) && extended <= minutesAfter(720))
            record = { ...record, expiresAt: extended.toISOString() };
          if (holdMinutes !== undefined)
            record = { ...record, heldUntil: new Date(at.getTime() + holdMinutes * 60_000).toISOString() };
          if (rings) {
            const warned = decideOnIdle(record, seen, at);
            if (warned.action === "warn") record = { ...record, notice: { ...warned.notice, told: true } };
          }
          const facts = { session: "tea", record, endReason: undefined, machine: seen, alarm };
          const decision = decideOnAppointment(facts, at);
          if (decision.action === "tear-down") {
            expect(at <= new Date(record.expiresAt)).toBe(true);
            expect(at <= minutesAfter(720)).toBe(true);
            return;
          }
          const { notice: _, ...unnoticed } = record;
          switch (decision.action) {
            case "come-back":
              at = decision.at;
              break;
            case "withdraw":
              record = unnoticed;
              at = decision.at;
              break;
            case "warn":
              record = { ...record, notice: { ...decision.notice, told: true } };
              at = new Date(decision.notice.endsAt);
              break;
            default:
              throw new Error(`${decision.action}: ${decision.reason}`);
          }
        }
        throw new Error("it never ended");
      }),
    );
  });
});

describe("spot", () => {
  it("goes before everything but an end that knows of it", () => {
    fc.assert(
      fc.property(records, machines, clock, (record, seen, at) => {
        fc.pre(record.status !== "ended" && record.goneAt === undefined);
        fc.pre(record.machine?.instanceId === machine.instanceId);
        fc.pre(!(isClaimed(record, at) && record.interruptedAt !== undefined));
        expect(decideOnInterruption(record, seen, at, at)).toMatchObject({
          action: "interrupt",
          saves: record.blueprint === keeper.name,
        });
      }),
    );
  });

  it("ends nothing by a recommendation", () => {
    fc.assert(
      fc.property(records, machines, clock, (record, seen, at) => {
        expect(["nothing", "save-early"]).toContain(decideOnRebalance(record, seen, at, at).action);
      }),
    );
  });
});

it("a forecast stops nothing, whatever it foresees", () => {
  fc.assert(
    fc.property(fc.array(records), fc.nat(), maybe(time), clock, (sessions, share, budgetReachedAt, at) => {
      const alert = {
        type: "FORECASTED" as const,
        threshold: share,
        share,
        budget: "ours",
        understood: true,
      };
      const books = month.parse({ budgetReachedAt });
      const facts = { alert, sentAt: at, ourBudget: "ours", monthlyBudget: 2, month: books, sessions };
      expect(decideOnBudget(facts, at).map(({ action }) => action)).toEqual(["tell-of-budget"]);
    }),
  );
});

it("the same facts give the same answer, and are not touched", () => {
  fc.assert(
    fc.property(appointments, machines, clock, (facts, seen, at) => {
      const decisions = (told: AppointmentFacts) => [
        decideOnAppointment(told, at),
        decideOnIdle(told.record, seen, at),
        decideOnAsk(told.record, seen, at),
        decideOnInterruption(told.record, seen, now, at),
        decideOnRebalance(told.record, seen, now, at),
      ];
      const copy = structuredClone(facts);
      const first = decisions(facts);
      expect(decisions(copy)).toEqual(first);
      expect(facts).toEqual(copy);
      for (const { reason } of first) expect(reason).not.toBe("");
    }),
  );
});
