import { expect, it, vi } from "vitest";
import { decideOnKept } from "../../../functions/react/decisions/kept.ts";
import { decideOnMachine } from "../../../functions/react/decisions/machine.ts";
import { endWithNotice } from "../../../functions/react/decisions/notice.ts";
import { decideOnSchedule } from "../../../functions/react/decisions/regular-work.ts";
import { decideOnInterruption, decideOnRebalance } from "../../../functions/react/decisions/spot.ts";
import { keeper } from "../fixture/keeper.ts";
import {
  claimedBy,
  machine,
  minutesAfter,
  now,
  seenMachine,
  session,
  teardownArn,
} from "../fixture/session.ts";

vi.mock(import("../../../blueprints/index.ts"), async (original) =>
  (await import("../fixture/keeper.ts")).withKeeper(await original()),
);

/** As in `reasons.test.ts`: of spot, of machines that are kept, and of regular work. */

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0), blueprint: keeper.name });
const claimed = { ...ready, claim: claimedBy(teardownArn(1)) };
const saved = { outcome: "saved" as const, message: "", at: at(-9) };
const kept = { ...ready, reason: "idle" as const, generation: 1 };
const workflow = "arn:drill";

const warned = (record: typeof ready | undefined) => decideOnInterruption(record, seenMachine, now, now);
const advised = (record: typeof ready | undefined, seen: object = {}) =>
  decideOnRebalance(record, { ...seenMachine, ...seen }, now, now);

it.each([
  [() => warned(undefined), "the machine belongs to no session"],
  [() => warned(session()), "the session lives on another machine"],
  [() => warned({ ...ready, status: "ended" }), "the session has ended"],
  [() => warned({ ...ready, goneAt: at(0) }), "its machines were seen gone"],
  [
    () => warned({ ...claimed, interruptedAt: at(0), reason: "interrupted" }),
    "a teardown is at work that knows of the interruption",
  ],
  [() => advised(undefined), "the machine belongs to no session"],
  [() => advised(session()), "the session lives on another machine"],
  [() => advised(ready, { going: true, state: "shutting-down" }), "the machine is shutting-down"],
  [() => advised({ ...ready, status: "launching" }), "the session is launching; there is nothing to save"],
  [() => advised({ ...ready, blueprint: "admin" }), "admin keeps nothing"],
  [() => advised({ ...ready, interruptedAt: at(0) }), "spot has given notice already"],
  [() => advised(claimed), "a teardown is at work, which saves"],
  [() => advised({ ...ready, save: saved }), `saved or asked to save at ${at(-9)}`],
  [() => advised(ready, { wants: `save early-${at(-5)}` }), `saved or asked to save at ${at(-5)}`],
  [
    () => decideOnMachine(claimed, { ...seenMachine, state: "terminated" }, now),
    "the machine is terminated; it can save nothing more",
  ],
  [
    () => endWithNotice(ready, "idle", "nobody is on it", minutesAfter(238)),
    `its time is over at ${at(240)} anyway; nobody is on it`,
  ],
  [() => endWithNotice(kept, "budget", "spent", now), "its end was begun (idle); spent"],
  [() => decideOnKept(undefined, now), "nobody has begun to end the session"],
  [() => decideOnKept(claimed, now), "nobody has begun to end the session"],
  [
    () => decideOnKept({ ...kept, claim: claimedBy(teardownArn(1)) }, minutesAfter(61.9)),
    `the undertaker comes back for it until ${at(62)}`,
  ],
  [() => decideOnKept(kept, now), "its end was begun and not finished"],
  [() => decideOnSchedule("drill", now, undefined, {}), 'no workflow of this deployment answers to "drill"'],
  [() => decideOnSchedule("drill", now, workflow, {}), "drill is due since 2026-11-20T12:00:00Z"],
])("%# says why", (decide, why) => {
  expect(decide().reason).toBe(why);
});

it("a machine that is kept ends again when the undertaker has had its turn, or when nobody ever had it", () => {
  const claim = claimedBy(teardownArn(1), 0);
  const again = { action: "tear-down", session: "tea", endReason: "idle", generation: 1 };
  expect(decideOnKept({ ...kept, claim }, minutesAfter(62))).toMatchObject(again);
  expect(decideOnKept(kept, now)).toMatchObject(again);
});

it("regular work is one execution for each appointment, whatever the fraction of its second", () => {
  const due = new Date("2026-11-20T12:00:00.120Z");
  expect(decideOnSchedule("drill", due, workflow, { mode: "drill" })).toEqual({
    action: "start-workflow",
    workflowArn: workflow,
    name: "drill-2026-11-20T12-00-00Z",
    input: '{"mode":"drill"}',
    reason: "drill is due since 2026-11-20T12:00:00Z",
  });
});
