import { describe, expect, it } from "vitest";
import { toDocument } from "../../../cli/commands/status.ts";
import type { SeenMachine } from "../../../cli/session/machines.ts";
import { compare } from "../../../cli/session/seen.ts";
import { detailText, listText } from "../../../cli/show/status.ts";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { machine, minutesAfter, now, session } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const view = { now, onSaveFailure: "keep" as const };
const shown = {
  id: machine.instanceId,
  state: "running",
  session: "tea",
  phase: "ready",
  address: "203.0.113.9",
};

function look(different: Partial<SessionRecord>, machineShown: SeenMachine = shown) {
  const record = session({ status: "ready", machine, readyAt: at(1), ...different });
  const seen = compare([record], [machineShown]);
  const [one = { session: "", record: undefined, machine: undefined, disagreement: undefined }] = seen;
  return { list: listText(seen, view), detail: detailText(one, view), document: toDocument(one, view) };
}

const notice = { reason: "idle" as const, toldAt: at(0), endsAt: at(5) };
const kept = { since: at(-10), why: "the repository is locked", attempts: 3 };

describe("status", () => {
  it("tells when a session stops as things stand", () => {
    const { list, detail, document } = look({});
    expect(document).toMatchObject({ stopsAt: at(240), minutesLeft: 240, notice: null, kept: null });
    expect(list).toContain("4 h 00 min");
    expect(detail).toContain(`stops at  ${at(240)}, in 4 h 00 min`);
    expect(list).not.toContain("!");
  });

  it("tells of the last backup: the machine's own, or the one that was asked for, whichever is later", () => {
    const save = { outcome: "saved" as const, message: "all", id: "0123456789abcdef", at: at(10) };
    expect(look({}).document.saved).toBeNull();
    expect(look({}).detail).not.toContain("saved");
    expect(look({ save }).detail).toContain(`saved     01234567 ${at(10)}`);
    expect(look({ save: { ...save, outcome: "failed" } }).document.saved).toBeNull();
    const own = (minutes: number) => ({ ...shown, saved: `fedcba98 ${at(minutes)}` });
    expect(look({}, own(20)).document.saved).toBe(`fedcba98 ${at(20)}`);
    expect(look({ save }, own(20)).document.saved).toBe(`fedcba98 ${at(20)}`);
    expect(look({ save }, own(5)).document.saved).toBe(`01234567 ${at(10)}`);
  });

  it("puts an announced end first: when, why, and how to keep it", () => {
    const { list, detail, document } = look({ notice });
    const words = `! tea: ends at ${at(5)} because it is idle (idle); to keep it: npx moonbase hold tea 60`;
    expect(list).toContain(words);
    expect(detail).toContain(words.replace("tea: ", ""));
    expect(document).toMatchObject({
      stopsAt: at(5),
      minutesLeft: 5,
      notice: { reason: "idle", keep: "npx moonbase hold tea 60" },
    });
  });

  it("tells of a hold while it lasts", () => {
    expect(look({ heldUntil: at(30) }).list).toContain(`! tea: held until ${at(30)}`);
    expect(look({ heldUntil: at(-30) }).list).not.toContain("held");
    expect(look({ heldUntil: at(30) }).document).toMatchObject({ heldUntil: at(30) });
  });

  it("tells that a machine is kept, why, and until when; nobody can say when it stops", () => {
    const { list, document } = look({ kept, reason: "expired" });
    expect(list).toMatch(/^tea +kept/m);
    expect(list).toContain("! tea: kept since");
    expect(list).toContain("because the repository is locked; 3 attempts");
    expect(document).toMatchObject({
      state: "kept",
      stopsAt: null,
      minutesLeft: null,
      kept: { attempts: 3 },
    });
    expect(document.keptUntil).toBe("2026-11-22T00:00:00.000Z");
  });

  it("tells of an interruption, whose two minutes come before everything else", () => {
    const { list, document } = look({ interruptedAt: at(-1), notice, kept });
    expect(list).toContain("! tea: spot gave notice at");
    expect(document).toMatchObject({ stopsAt: at(1), interruptedAt: at(-1) });
  });

  it("of an ended session announces nothing any more", () => {
    const ending = { endedAt: at(9), saved: "nothing", hours: 1, cost: 0.01, onDemandCost: 0.03 };
    const { detail, document } = look({ status: "ended", notice, kept, ending, reason: "idle" });
    expect(document).toMatchObject({ state: "ended", stopsAt: null, notice: null });
    expect(look({ status: "ended", ending }).document.stopsAt).toBeNull();
    expect(detail).not.toMatch(/to keep it|! kept|stops at/);
    expect(detail).toContain("because   it is idle (idle)");
  });

  it("says who may come in, and what the home was made of", () => {
    const restored = { outcome: "failed" as const, message: "not restored: the disk is full" };
    const ready = { hostKey: "ssh-ed25519 AAAA", phases: [], restored };
    const { detail, document } = look({ blueprint: "devbox", ready, restore: "latest" });
    expect(detail).toMatch(/^ssh +on for 203\.0\.113\.7\/32 since /m);
    expect(detail).toMatch(/^home +NOT RESTORED: not restored: the disk is full; latest was asked for/m);
    expect(document).toMatchObject({ ssh: { sourceCidr: "203.0.113.7/32" }, restore: "latest", restored });
    const off = look({ doorChanges: [{ at: at(1), sourceCidr: null, execution: "x", by: "me" }] });
    expect(off.detail).toMatch(/^ssh +off since .*, asked for by me$/m);
    expect(off.document).toMatchObject({ ssh: null, restore: null, restored: null });
  });

  it("says who asked", () => {
    expect(look({ requestedBy: "me@laptop" }).document).toMatchObject({ requestedBy: "me@laptop" });
  });
});
