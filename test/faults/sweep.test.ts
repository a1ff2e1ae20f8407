import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import { anySession } from "../../local/proxy/fault.ts";
import { passTenMinutes, sweep, sweepTwice } from "../workflows/sweep.ts";
import { knownCalls } from "./known-calls.ts";
import { didNotComeAbout, NotReached, onceMore, proxy, scaleWaits } from "./scene.ts";
import { complaints, recordSweep, type SweepCase, sweepCasesOf } from "./sweep-cases.ts";
import { expectAlive, expectDone, leave, living, prepare, undone } from "./sweep-scene.ts";
import { Table } from "./table.ts";

/** One after the other: a sweep looks at the whole stage, and so does a fault in it. */

// Recorded before the tests are counted, because the cases are made of it. What others have left is swept away first.
await scaleWaits(0.05);
await sweepTwice();
let alive = await living();
const calls = await recordSweep(alive);
const table = new Table();

beforeAll(() => scaleWaits(0.05));
afterAll(async () => {
  await leave(alive);
  await scaleWaits(1);
  table.print("Faults on the calls of the sweep");
});

it("knows every call that a sweep makes", () => {
  const made = new Set(calls.map(({ service, action }) => `${service} ${action}`));
  expect([...made].toSorted()).toEqual(knownCalls.sweep);
});

const lift = () => proxy.lift(anySession);

/** A case that ends badly must not be the ruin of those after it. */
async function startAnew(): Promise<void> {
  await leave(alive).catch(() => undefined);
  alive = await living();
}

describe("a fault at", () => {
  for (const one of sweepCasesOf(calls)) {
    it(one.name, async () => {
      onTestFailed(startAnew);
      await table.keep(one.name, () => onceMore(() => play(one).finally(lift)));
    });
  }
});

it("has all of its bad days come about: another would prove nothing", () => {
  expect(table.shareOf(didNotComeAbout)).toBe(0);
});

/** What a sweep fails with, if it does. */
const complaint = () =>
  sweep().then(
    () => undefined,
    (error: unknown) => String(error),
  );

/** Sweeps with a fault in it, and judges how that ends; nothing live may have been ended on the way. */
async function play({ place, fault }: SweepCase): Promise<string> {
  const work = await prepare(alive);
  const fail = () => lift().then(() => proxy.inject({ ...fault, session: anySession }));
  await fail();
  const said = await complaint();
  await expectReached(fault);
  // What cannot be seen is not gone, however often it is looked for.
  if (fault.times === undefined) await fail().then(passTenMinutes).then(complaint);
  await expectAlive(alive);
  const hasDied = fault.deed.do === "kill";
  const expected = fault.deed.do === "error" ? complaints[place] : undefined;
  if (!hasDied && expected === undefined) {
    expect(said).toBeUndefined();
    await expectDone(alive, work);
    return "done all the same";
  }
  if (expected !== undefined) expect(said).toMatch(expected.says);
  if (!hasDied) await expectDone(alive, work, expected?.leaves);
  const left = await undone(alive, work);
  await lift();
  await sweep();
  await expectDone(alive, work);
  await expectAlive(alive);
  const how = hasDied ? "died" : "failed by name";
  return `${how}, finished by the next sweep: ${left.join(", ") || "nothing was left to do"}`;
}

/** A day on which the fault was never reached was a good one, and proves nothing. */
async function expectReached({ service, action, nth, deed }: SweepCase["fault"]): Promise<void> {
  const made = await proxy.callsOf(anySession);
  const isIt = (call: (typeof made)[number]) => call.service === service && call.action === action;
  if (made.some((call) => isIt(call) && call.fault === deed.do)) return;
  throw new NotReached(`sweep ${service} ${action} ${nth} was never reached`);
}
