import { expect, it } from "vitest";
import { phasesOf } from "../../functions/session/phases.ts";
import { machine, minutesAfter, session } from "./fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const names = (different: Parameters<typeof session>[0]) =>
  phasesOf(session(different)).map(({ name }) => name);

it("are told in the order of time, whoever wrote them down", () => {
  const ready = {
    hostKey: "ssh-ed25519 AAAA",
    phases: [
      { name: "booting", at: at(2) },
      { name: "key", at: at(5) },
    ],
  };
  expect(
    names({
      machine: { ...machine, launchedAt: at(1) },
      ready,
      readyAt: at(4),
      notice: { reason: "idle", toldAt: at(6), endsAt: at(9) },
      interruptedAt: at(8),
      endBegunAt: at(7),
      save: { outcome: "failed", message: "disk full", at: at(9) },
      kept: { since: at(10), why: "disk full", attempts: 1 },
      goneAt: at(11),
      ending: { endedAt: at(12), saved: "nothing", hours: 0, cost: 0, onDemandCost: 0 },
    }),
  ).toEqual([
    ...["requested", "provisioned", "booting", "ready", "key", "told that it will end", "end begun"],
    ...["interrupted", "not saved", "kept", "machine gone", "ended"],
  ]);
});

it("begin with the request, although EC2 counts in seconds and we round up", () => {
  expect(names({ machine: { ...machine, launchedAt: at(-0.01) } })).toEqual(["requested", "provisioned"]);
});

it("leave out a save that nobody tried", () => {
  expect(names({ save: { outcome: "nothing-to-save", message: "admin keeps nothing", at: at(1) } })).toEqual([
    "requested",
  ]);
});

it("say who wrote them down, and the request comes first whatever the machine calls its own", () => {
  const ready = { hostKey: "ssh-ed25519 AAAA", phases: [{ name: "requested", at: at(-1) }] };
  const save = { outcome: "saved" as const, message: "3 files", at: at(2) };
  expect(phasesOf(session({ ready, save }))).toEqual([
    { name: "requested", at: at(0), by: "control plane" },
    { name: "requested", at: at(-1), by: "machine" },
    { name: "saved", at: at(2), by: "control plane" },
  ]);
});
