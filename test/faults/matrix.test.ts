import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lastingStates } from "./asl.ts";
import { casesOf } from "./case.ts";
import { knownCalls } from "./known-calls.ts";
import { play } from "./play.ts";
import { readyThings, recordStories } from "./recorded.ts";
import { replyCases } from "./replies.ts";
import { didNotComeAbout, onceMore, scaleWaits } from "./scene.ts";
import { shortBodies } from "./short-body.ts";
import { nameOfStop, playStop, stopsOf } from "./stops.ts";
import { Table } from "./table.ts";

// Recorded before the tests are counted, because the cases are made of it.
await scaleWaits(0.05);
const shipped = await shortBodies();
const ready = await readyThings();
const targets = await recordStories(ready);
const stops = stopsOf(targets);
const table = new Table();

beforeAll(() => scaleWaits(0.05));
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
  const { sweep: _stage, ...ofSessions } = knownCalls;
  expect(Object.fromEntries(calls)).toEqual(ofSessions);
});

it("sees everything that a session has: a judge who sees nothing would find every case good", () => {
  expect(ready).toEqual([
    "alarm",
    "machine",
    "network interface",
    "parameter",
    "place",
    "schedule",
    "security group",
    "volume",
  ]);
});

it("presses Stop in every state that lasts", () => {
  const stopped = new Set(stops.map(({ workflow, state }) => `${workflow} · ${state}`));
  expect([...stopped].toSorted()).toEqual(lastingStates.toSorted());
});

describe.concurrent("a fault at", () => {
  // One by one: a table of tests would cut the names, by which a case is run again.
  for (const one of [...casesOf(targets), ...replyCases]) {
    it(one.name, () => table.keep(one.name, () => onceMore(() => play(one, ready))));
  }
  for (const one of stops) {
    const name = nameOfStop(one);
    it(name, () => table.keep(name, () => onceMore(() => playStop(one))));
  }
});

it("has all but a few of its bad days come about: the others prove nothing", () => {
  expect(table.shareOf(didNotComeAbout)).toBeLessThan(0.03);
});
