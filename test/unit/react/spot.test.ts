import { describe, expect, it, vi } from "vitest";
import { decideOnMachine } from "../../../functions/react/decisions/machine.ts";
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

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const ready = session({ status: "ready", machine, readyAt: at(0) });
const keeping = { ...ready, blueprint: keeper.name };
const warned = (record: typeof ready | undefined, minutes = 0, seen: object = {}) =>
  decideOnInterruption(record, { ...seenMachine, ...seen }, now, minutesAfter(minutes));
const saving = { claim: claimedBy(teardownArn(1)), reason: "idle" as const, generation: 1 };

describe("a spot interruption warning", () => {
  it("saves and ends the session", () => {
    expect(warned(keeping)).toEqual({
      action: "interrupt",
      session: "tea",
      instanceId: machine.instanceId,
      saves: true,
      warnedAt: now,
      at: now,
      generation: 0,
      reason: "spot takes the machine away",
    });
  });

  it("asks no machine to save that keeps nothing", () => {
    expect(warned(ready)).toMatchObject({ action: "interrupt", saves: false });
  });

  it.each([
    ["a launch", session({ machine })],
    ["a hold", { ...ready, heldUntil: at(60) }],
    ["a notice", { ...ready, notice: { reason: "idle" as const, toldAt: at(0), endsAt: at(5), told: true } }],
    ["a voluntary teardown that is still saving", { ...ready, ...saving }],
    [
      "a machine that is kept because it could not be saved",
      { ...ready, reason: "idle" as const, generation: 3 },
    ],
    ["a teardown that came between the warning and its own", { ...ready, ...saving, interruptedAt: at(1) }],
    [
      "a voluntary one that came after a warning whose own was never begun",
      { ...ready, ...saving, interruptedAt: at(-1) },
    ],
  ])("goes before %s", (_, record) => {
    expect(warned(record, 1)).toMatchObject({ action: "interrupt", generation: record.generation });
  });

  it("changes nothing once a teardown is at work that knows of it", () => {
    const taken = { ...ready, ...saving, interruptedAt: at(-1), reason: "interrupted" as const };
    expect(warned(taken).action).toBe("nothing");
    expect(warned({ ...taken, interruptedAt: at(1) }).action).toBe("nothing");
    expect(warned(taken, 36).action, "its claim has lapsed, and so has the warning").toBe("nothing");
    expect(
      warned({ ...taken, claim: claimedBy(teardownArn(1), -1) }).action,
      "a teardown that has died",
    ).toBe("interrupt");
  });

  it.each([
    ["no session", undefined],
    ["another machine's session", { ...ready, machine: { ...machine, instanceId: "i-other" } }],
    ["a session that has written down no machine", session()],
    ["a session that has ended", { ...ready, status: "ended" as const }],
    ["a session whose machines were seen gone", { ...ready, ...saving, goneAt: at(0) }],
  ])("changes nothing for %s", (_, record) => {
    expect(warned(record).action).toBe("nothing");
  });

  it("that comes late ends no machine that AWS has left up", () => {
    expect(warned(ready, 4.99).action).toBe("interrupt");
    expect(warned(ready, 5)).toEqual({
      action: "nothing",
      reason: "warned at 2026-11-20T12:00:00.000Z, and the machine is still up",
    });
  });

  it("that comes when the machine is gone is as good as the news that it is gone", () => {
    const gone = { state: "terminated", going: true };
    expect(warned(ready, 60, gone)).toMatchObject({ action: "tear-down", endReason: "machine-gone" });
    expect(warned({ ...ready, interruptedAt: at(0) }, 60, gone)).toMatchObject({ endReason: "interrupted" });
    expect(warned(session({ machine }), 60, gone).action).toBe("call-off");
    expect(warned({ ...ready, status: "ended" }, 60, gone).action).toBe("nothing");
  });
});

describe("a rebalance recommendation", () => {
  const advised = (record: typeof ready | undefined, minutes = 0, seen: object = {}) =>
    decideOnRebalance(record, { ...seenMachine, ...seen }, minutesAfter(minutes), minutesAfter(minutes));
  const saved = { outcome: "saved" as const, message: "", at: at(-9) };

  it("saves early, and never ends anything", () => {
    expect(advised(keeping)).toEqual({
      action: "save-early",
      session: "tea",
      instanceId: machine.instanceId,
      order: "save early-2026-11-20T12:00:00.000Z",
      reason: "spot may take the machine away",
    });
  });

  it.each([
    ["no session", undefined, {}],
    ["another machine's session", { ...keeping, machine: { ...machine, instanceId: "i-other" } }, {}],
    ["a machine that is going", keeping, { going: true, state: "shutting-down" }],
    ["a session that is not ready", session({ machine, blueprint: keeper.name }), {}],
    ["a blueprint that keeps nothing", ready, {}],
    ["a session that is interrupted", { ...keeping, interruptedAt: at(0) }, {}],
    ["a session that is being ended, and saved", { ...keeping, claim: claimedBy(teardownArn(1)) }, {}],
    ["a machine saved nine minutes ago", { ...keeping, save: saved }, {}],
    ["a machine asked nine minutes ago", keeping, { wants: `save early-${at(-9)}` }],
  ])("changes nothing for %s", (_, record, seen) => {
    expect(advised(record, 0, seen).action).toBe("nothing");
  });

  it("saves again when the last save is ten minutes old, failed, or its time cannot be read", () => {
    expect(advised({ ...keeping, save: saved }, 1).action).toBe("save-early");
    expect(advised({ ...keeping, save: { ...saved, outcome: "failed" } }).action).toBe("save-early");
    for (const wants of [`save early-${at(-10)}`, "save early-tomorrow", "save end-1", "nothing"]) {
      expect(advised(keeping, 0, { wants }).action, wants).toBe("save-early");
    }
  });
});

describe("a machine that has gone while a teardown is at work", () => {
  const gone = { ...seenMachine, state: "terminated" };

  it("is answered for: it can save nothing more", () => {
    expect(decideOnMachine({ ...keeping, ...saving }, gone, now)).toMatchObject({
      action: "call-off",
      what: "save",
      instanceId: machine.instanceId,
    });
  });

  it.each([
    ["keeps nothing", { ...ready, ...saving }],
    ["was seen gone", { ...keeping, ...saving, goneAt: at(0) }],
  ])("is left to it when it %s", (_, record) => {
    expect(decideOnMachine(record, gone, now)).toMatchObject({ action: "nothing" });
  });
});
