import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { blueprints } from "../../blueprints/index.ts";
import {
  answer,
  asked,
  leaveProof,
  machineOf,
  neverAnswer,
  readyMachine,
  takeMachine,
} from "./saving-machine.ts";
import { engine, eventually, gone, recordOf, scaleWaits, statesOf } from "./session.ts";

/** What every blueprint must pass that has its machine save: a save more is one that counts, and it ends nothing. */

const saving = [...blueprints.values()].flatMap(({ name, save }) =>
  save.by === "machine" ? [{ name, proof: save.proof }] : [],
);

beforeAll(() => scaleWaits(0.1));
afterAll(() => scaleWaits(1));

/** The machine gets an order whose words nobody can know before. */
async function askedNow(session: string, before?: string) {
  const order = await eventually(async () => {
    const wants = (await machineOf(session)).tags.get("moonbase:wants") ?? "";
    expect(wants).toMatch(/^save now-/);
    expect(wants).not.toBe(before);
    return wants;
  });
  return asked(session, order, "backup");
}

const saveOf = async (session: string) => (await recordOf(session))?.save;

describe.concurrent.each(saving)("a machine of $name that is asked to save once more", ({ name, proof }) => {
  const putSnapshot = (id: string) => leaveProof[proof](name, id);
  const ends = async (session: string) => {
    await takeMachine(session);
    await gone(session);
  };

  it("and has, stays up; the answer and the record say what there is to restore from", async () => {
    const session = await readyMachine(name, "more");
    const backup = await engine.backup(session);
    const note = await askedNow(session);
    await putSnapshot(session);
    await answer(note, { outcome: "saved", id: session, seconds: 1.5 });
    const { status, output } = await engine.waitFor(backup);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toEqual({ session, id: session, seconds: 1.5, message: "all of it" });
    expect(await statesOf(engine.clients, backup)).toEqual([
      "PlanSave",
      "JudgePlan",
      "AskForSave",
      "JudgeSave",
      "JudgeSaveOutcome",
      "Answer",
    ]);
    expect((await machineOf(session)).state).toBe("running");
    expect(await saveOf(session)).toMatchObject({ outcome: "saved", id: session, order: note.order });

    // Its turn is over: the next one need not wait, and what it cannot save takes nothing from the record.
    const next = await engine.backup(session);
    await answer(await askedNow(session, note.order), { outcome: "failed", message: "no space left" });
    expect(await engine.waitFor(next)).toMatchObject({
      status: "FAILED",
      error: "NotSaved",
      cause: "not saved: no space left",
    });
    expect(await saveOf(session)).toMatchObject({ outcome: "saved", id: session });
    expect((await machineOf(session)).tags.get("moonbase:kept")).toBeUndefined();
    await ends(session);
  });

  it("and names what is not there, or says nothing, is not believed", async () => {
    const session = await readyMachine(name, "lies");
    const lie = await engine.backup(session);
    const lied = await askedNow(session);
    await answer(lied, { outcome: "saved", id: "never-was" });
    expect(await engine.waitFor(lie)).toMatchObject({
      error: "NotSaved",
      cause: "not saved: there is no snapshot never-was",
    });
    const silence = await engine.backup(session);
    await neverAnswer(await askedNow(session, lied.order));
    expect(await engine.waitFor(silence)).toMatchObject({
      error: "NotSaved",
      cause: "not saved: the machine did not answer in time",
    });
    expect(await saveOf(session)).toBeUndefined();
    await ends(session);
  });

  it("and dies, leaves nobody waiting", async () => {
    const session = await readyMachine(name, "dies");
    const backup = await engine.backup(session);
    await askedNow(session);
    await takeMachine(session);
    expect(await engine.waitFor(backup)).toMatchObject({
      error: "NotSaved",
      cause: expect.stringMatching(
        /^not saved: the machine is (shutting-down|terminated); it can save nothing more$/,
      ),
    });
    await gone(session);
  });

  it("is asked by one at a time, and an end goes before it", async () => {
    const session = await readyMachine(name, "turns");
    const first = await engine.backup(session);
    const note = await askedNow(session);
    expect(await engine.waitFor(await engine.backup(session))).toMatchObject({
      error: "Refused",
      cause: expect.stringMatching(/^another backup of session ".*" is at work, until /),
    });

    const teardown = await engine.teardown(session);
    const end = await asked(session, "save end-1");
    expect(await engine.waitFor(await engine.backup(session))).toMatchObject({
      error: "Refused",
      cause: expect.stringMatching(/is being ended \(operator\), and its end saves what there is$/),
    });
    // What the first one saves counts for itself; the record is the end's.
    await putSnapshot(session);
    await answer(note, { outcome: "saved", id: session });
    expect((await engine.waitFor(first)).status).toBe("SUCCEEDED");
    expect(await saveOf(session)).toBeUndefined();
    await answer(end, { outcome: "saved", id: session });
    expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
    expect(await gone(session)).toMatchObject({ save: { order: "save end-1" } });
  });
});

it("what keeps nothing is not asked", async () => {
  const session = await readyMachine("admin", "nothing");
  const backup = await engine.backup(session);
  expect(await engine.waitFor(backup)).toMatchObject({
    error: "Refused",
    cause: `session "${session}" is of admin, which keeps nothing`,
  });
  expect(await statesOf(engine.clients, backup)).toEqual(["PlanSave", "JudgePlan", "Refuse"]);
  await takeMachine(session);
});
