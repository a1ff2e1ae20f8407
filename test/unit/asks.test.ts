import { expect, it } from "vitest";
import { askOf, onTailnetSince } from "../../functions/session/asks.ts";

it.each([
  ["logged-out", { reason: "logged-out" }],
  ["idle", { reason: "idle" }],
  ["idle: no login - for 1810 s", { reason: "idle", evidence: "no login - for 1810 s" }],
  ["idle: \u001b[31mred", { reason: "idle", evidence: "  31mred" }],
  ["done: 3 snapshots removed", { reason: "work-done", words: "3 snapshots removed" }],
  ["failed: it is locked", { reason: "work-failed", words: "it is locked" }],
])("the tag %j asks for %j", (tag, ask) => {
  expect(askOf(tag)).toStrictEqual(ask);
});

it.each([
  undefined,
  "",
  "nothing",
  "not idle",
  "IDLE",
  "xidle",
  "9 idle",
  "idle:",
  "idle:x",
  "logged-out: x",
  "done",
  "failed",
])("the tag %j asks for nothing", (tag) => {
  expect(askOf(tag)).toBeUndefined();
});

it("a machine is on its tailnet since the time that it says, and says nothing else", () => {
  const at = "2026-11-20T12:00:00.000Z";
  expect(onTailnetSince(`up ${at}`)).toBe(at);
  for (const tag of [undefined, "", "up", "up ever", `down ${at}`, `up ${at} or so`, `it was up ${at}`]) {
    expect(onTailnetSince(tag), tag).toBeUndefined();
  }
});
