import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { casesOf } from "./case.ts";
import { knownCalls } from "./known-calls.ts";
import { play } from "./play.ts";
import { recordCleanRuns } from "./recorded.ts";
import { replyCases } from "./replies.ts";
import { scaleWaits } from "./scene.ts";
import { shortBodies } from "./short-body.ts";
import { playStop, stopsOf } from "./stops.ts";
import { Table } from "./table.ts";

// Recorded before the tests are counted, because the cases are made of it.
const { targets, kinds } = await recordCleanRuns();
const table = new Table();

let shipped: AsyncDisposable;

beforeAll(async () => {
  await scaleWaits(0.05);
  shipped = await shortBodies();
});
afterAll(async () => {
  await scaleWaits(1);
  await shipped[Symbol.asyncDispose]();
  table.print("Faults on the calls of functions");
});

it("knows every call that functions make", () => {
  const made = Map.groupBy(targets, ({ caller }) => caller);
  const calls = [...made].map(([caller, those]) => [
    caller,
    [...new Set(those.map(({ service, action }) => `${service} ${action}`))].toSorted(),
  ]);
  expect(Object.fromEntries(calls)).toEqual(knownCalls);
});

describe.concurrent("a fault at", () => {
  // One by one: a table of tests would cut the names, by which a case is run again.
  for (const one of [...casesOf(targets), ...replyCases]) {
    it(one.name, () => table.keep(one.name, () => play(one, kinds)));
  }
  for (const one of stopsOf(targets)) it(one.name, () => table.keep(one.name, () => playStop(one)));
});
