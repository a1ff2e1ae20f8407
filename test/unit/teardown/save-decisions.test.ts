import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { blueprintNamed } from "../../../blueprints/index.ts";
import {
  keptUntil,
  lastResortOf,
  type SaveFailurePolicy,
  saveFailurePolicies,
} from "../../../functions/session/caps.ts";
import { judgeProof } from "../../../functions/session/proofs.ts";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { decideOnSave } from "../../../functions/teardown/save-plan.ts";
import { judgeMachine } from "../../../functions/teardown/save-verdict.ts";
import { machine, minutesAfter, now, session } from "../fixture/session.ts";

const saving = (different: Partial<SessionRecord> = {}) =>
  session({
    blueprint: "stand-in",
    status: "ready",
    machine,
    readyAt: now.toISOString(),
    generation: 3,
    reason: "idle",
    ...different,
  });
const interrupted = { reason: "interrupted", interruptedAt: now.toISOString() } as const;
/** The stand-in's longest runtime is two hours. */
const cap = 120;
const day = 24 * 60;

describe("whether the machine is asked to save", () => {
  const plan = (
    record: SessionRecord,
    { at = 10, isGone = false, policy = "keep" as SaveFailurePolicy } = {},
  ) =>
    decideOnSave({ record, blueprint: blueprintNamed(record.blueprint), isGone, policy }, minutesAfter(at));

  it("asks for all of it before a voluntary end, with an order of that teardown's own", () => {
    expect(plan(saving())).toMatchObject({ action: "ask", order: "save end-3" });
  });

  it("asks for what is quick when spot takes the machine, and for all of it when spot has not", () => {
    expect(plan(saving(interrupted), { at: 1 })).toMatchObject({
      action: "ask-quick",
      order: "save interruption",
    });
    expect(plan(saving(interrupted), { at: 5 })).toMatchObject({ action: "ask", order: "save end-3" });
  });

  it("yields to spot whatever the end was begun for: react may have died between the notice and its teardown", () => {
    const warned = saving({ interruptedAt: now.toISOString() });
    expect(plan(warned, { at: 4.99 }).action).toBe("ask-quick");
    expect(plan(warned, { at: 5 }).action).toBe("ask");
  });

  it.each([
    ["its blueprint keeps nothing", { blueprint: "admin" }, "admin keeps nothing"],
    ["it never had a machine", { machine: undefined }, "there never was a machine"],
    ["its machine never got ready", { readyAt: undefined }, /never got ready/],
  ])("asks for nothing when %s, and leaves the machine to spot all the same", (_, different, reason) => {
    const nothing = { because: "nothing-to-save", reason: expect.stringMatching(reason) };
    expect(plan(saving(different))).toMatchObject({ action: "terminate", ...nothing });
    const taken = saving({ ...different, ...interrupted });
    expect(plan(taken, { at: 1 }).action).toBe("await-interruption");
    expect(plan(taken, { at: 1, isGone: true })).toMatchObject({ action: "terminate", ...nothing });
  });

  it.each([{}, interrupted])("asks nobody who is gone", (different) => {
    expect(plan(saving(different), { at: 1, isGone: true })).toMatchObject({
      action: "terminate",
      because: "machine-gone",
    });
  });

  it("asks at the hard cap too, and after it, unless attempts break off again and again for an hour", () => {
    const late = { at: cap + day + 61 };
    expect(plan(saving({ generation: 3 }), late).action).toBe("ask");
    expect(plan(saving({ generation: 4 }), { at: cap + day + 60 }).action).toBe("ask");
    expect(plan(saving({ generation: 4 }), late)).toMatchObject({ action: "terminate", because: "given-up" });
    expect(plan(saving({ generation: 4 }), { ...late, policy: "keep-forever" }).action).toBe("ask");
  });
});

describe("what becomes of the machine after an attempt", () => {
  const verdict = (
    outcome: "saved" | "nothing-to-save" | "failed" | "no-answer" | "not-found",
    { record = saving(), at = 10, isGone = false, policy = "keep" as SaveFailurePolicy } = {},
  ) => judgeMachine({ record, save: { outcome }, isGone, policy }, minutesAfter(at));

  it("is ended when it has saved", () => {
    expect(verdict("saved")).toMatchObject({ action: "terminate", because: "saved" });
  });

  it.each(["failed", "no-answer", "not-found"] as const)("is kept when the save is %s", (outcome) => {
    expect(verdict(outcome).action).toBe("keep");
  });

  it.each([
    ["keep", cap + day - 1, "keep"],
    ["keep", cap + day, "terminate"],
    ["keep-forever", cap + 365 * day, "keep"],
    ["terminate", cap - 1, "keep"],
    ["terminate", cap, "terminate"],
  ] as const)("under %s, %i minutes after the request: %s", (policy, at, action) => {
    expect(verdict("failed", { policy, at }).action).toBe(action);
  });

  it("is spot's for five minutes, saved or not, whatever the cap says", () => {
    const record = saving({ ...interrupted, requestedAt: minutesAfter(-10 * day).toISOString() });
    for (const outcome of ["saved", "nothing-to-save", "failed", "no-answer"] as const) {
      expect(verdict(outcome, { record, at: 4.9 }).action).toBe("await-interruption");
    }
    expect(verdict("saved", { record, at: 5 }).action).toBe("terminate");
    expect(verdict("failed", { record: saving(interrupted), at: 5 }).action).toBe("keep");
  });

  it("is spot's when a voluntary teardown learns of the notice", () => {
    const record = saving({ interruptedAt: now.toISOString() });
    expect(verdict("saved", { record, at: 4.9 }).action).toBe("await-interruption");
    expect(verdict("saved", { record, at: 5 }).action).toBe("terminate");
  });

  it("is at its end when it is gone", () => {
    expect(verdict("failed", { isGone: true })).toMatchObject({
      action: "terminate",
      because: "machine-gone",
    });
    expect(verdict("saved", { isGone: true, record: saving(interrupted), at: 1 })).toMatchObject({
      action: "terminate",
      because: "saved",
    });
  });

  it("never is ended unsaved before its time, and never lives on after it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...saveFailurePolicies),
        fc.integer({ min: 0, max: 4 * day }),
        fc.constantFrom("failed", "no-answer", "not-found"),
        (policy, at, outcome) => {
          const until = keptUntil(saving(), policy);
          const isOver = until !== undefined && minutesAfter(at) >= until;
          expect(verdict(outcome, { policy, at }).action).toBe(isOver ? "terminate" : "keep");
        },
      ),
    );
  });
});

describe("the reason", () => {
  const about = (record: SessionRecord, isGone: boolean, at: number) => ({
    facts: { record, isGone, policy: "keep" as const },
    at: minutesAfter(at),
  });
  const late = cap + day + 61;
  const until = minutesAfter(cap + day).toISOString();

  it.each([
    [saving(), false, 10, "what it holds is saved first"],
    [saving(interrupted), false, 1, "spot takes the machine away"],
    [saving(), true, 10, "the machine was gone before it could save"],
    [saving({ generation: 4 }), false, late, "its time is long over, and no attempt to save came to an end"],
  ])("%# of asking for a save, or not", (record, isGone, minutes, reason) => {
    const { facts, at } = about(record, isGone, minutes);
    expect(decideOnSave({ ...facts, blueprint: blueprintNamed(record.blueprint) }, at).reason).toBe(reason);
  });

  it.each([
    ["saved", saving(), false, 10, "saved", "it is saved"],
    ["nothing-to-save", saving(), false, 10, "saved", "it is saved"],
    ["saved", saving(), true, 10, "saved", "it is saved, and the machine is gone"],
    ["nothing-to-save", saving(), true, 10, "saved", "it is saved, and the machine is gone"],
    ["failed", saving(), true, 10, "machine-gone", "the machine is gone"],
    [undefined, saving(), true, 10, "machine-gone", "the machine is gone"],
    ["failed", saving(interrupted), false, 1, undefined, "spot takes the machine away by itself"],
    ["failed", saving(), false, cap + day, "given-up", `its time was over at ${until}`],
    ["failed", saving(), false, 10, undefined, "it holds what is not saved"],
    [undefined, saving(), false, 10, undefined, "it holds what is not saved"],
  ] as const)(
    "%# of what becomes of a machine whose save is %s",
    (outcome, record, isGone, minutes, because, reason) => {
      const { facts, at } = about(record, isGone, minutes);
      const save = outcome === undefined ? undefined : { outcome };
      const verdict = judgeMachine({ ...facts, save }, at);
      expect(verdict.reason).toBe(reason);
      expect("because" in verdict ? verdict.because : undefined).toBe(because);
    },
  );
});

describe("the proof of a save", () => {
  const at = new Date("2026-11-20T12:00:10.000Z");

  it("is a snapshot of that second or later: S3 tells whole seconds", () => {
    expect(judgeProof("a", { id: "a", at }, new Date("2026-11-20T12:00:10.999Z")).outcome).toBe("proven");
    expect(judgeProof("a", { id: "a", at }, new Date("2026-11-20T12:00:11.000Z"))).toEqual({
      outcome: "not-found",
      reason: "snapshot a is of 2026-11-20T12:00:10.000Z, before it was asked for",
    });
  });

  it("is missing when nothing is there", () => {
    expect(judgeProof("a", undefined, at)).toEqual({
      outcome: "not-found",
      reason: "there is no snapshot a",
    });
  });
});

describe("a machine's own last resort", () => {
  it("comes soon after the cap where there is nothing to keep, whatever the policy", () => {
    for (const policy of saveFailurePolicies) {
      expect(lastResortOf(session(), policy)).toEqual(minutesAfter(720 + 15));
    }
  });

  it.each([
    ["terminate", cap + 120],
    ["keep", cap + day + 120],
    ["keep-forever", 3650 * day],
  ] as const)("comes after the control plane's own attempts have ended, under %s", (policy, minutes) => {
    expect(lastResortOf(saving(), policy)).toEqual(minutesAfter(minutes));
  });
});
