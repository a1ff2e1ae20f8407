import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { blueprints } from "../../blueprints/index.ts";
import { workflows } from "../unit/workflows/definition.ts";
import {
  answer,
  asked,
  choose,
  comeBack,
  growOlder,
  leaveProof,
  machineOf,
  neverAnswer,
  readyMachine,
  takeMachine,
} from "./saving-machine.ts";
import { engine, eventually, gone, recordOf, scaleWaits, statesOf, turnClock } from "./session.ts";

/** What every blueprint must pass that has its machine save objects; the backup target has a volume, and tests of its own. */

const saving = [...blueprints.values()].flatMap(({ name, save, runtime }) =>
  save.by === "machine" && save.proof === "object"
    ? [{ name, proof: save.proof, capHours: runtime.maximumMinutes / 60 }]
    : [],
);

beforeAll(() => scaleWaits(0.1));
afterAll(() => scaleWaits(1));

const statusOf = async (executionArn: string) =>
  (await engine.clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status;

const definition = workflows.find(({ name }) => name === "teardown")?.definition;
const limitOf = (state: string) => definition?.States[state]?.TimeoutSeconds;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

it("there is a blueprint that saves", () => {
  expect(saving).not.toEqual([]);
});

describe.concurrent.each(saving)("a machine of $name", ({ name, proof, capHours }) => {
  const putSnapshot = (id: string) => leaveProof[proof](name, id);

  it("that has saved is ended, and its record says what there is to restore from", async () => {
    const session = await readyMachine(name, "saved");
    const teardown = await engine.teardown(session);
    const note = await asked(session, "save end-1");
    expect((await machineOf(session)).state).toBe("running");
    await putSnapshot(session);
    await answer(note, { outcome: "saved", id: session, seconds: 1.5 });
    const { status, output } = await engine.waitFor(teardown);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({ saved: `all of it (snapshot ${session})` });
    const said = { outcome: "saved", id: session, order: "save end-1", message: "all of it", seconds: 1.5 };
    expect(await gone(session)).toMatchObject({ status: "ended", save: said });
  });

  it("that could not save is kept and says why, and is ended when a later attempt has saved", async () => {
    const session = await readyMachine(name, "failed");
    const teardown = await engine.teardown(session);
    await answer(await asked(session, "save end-1"), { outcome: "failed", message: "no space; left (1)" });
    expect(await engine.waitFor(teardown)).toMatchObject({
      status: "FAILED",
      error: "NotSaved",
      cause: "not saved: no space; left (1)",
    });
    const { state, tags } = await machineOf(session);
    expect(state).toBe("running");
    expect(tags.get("moonbase:kept")).toBe("no space  left  1 ");
    expect(await recordOf(session)).toMatchObject({
      status: "ready",
      save: { outcome: "failed", message: "no space; left (1)" },
      kept: { why: "no space; left (1)", attempts: 1 },
    });

    await comeBack(session);
    const note = await asked(session, "save end-2");
    await putSnapshot(session);
    await answer(note, { outcome: "saved", id: session });
    expect(await gone(session)).toMatchObject({
      reason: "operator",
      save: { outcome: "saved" },
      generation: 2,
    });
  });

  it("that is slow is waited for", async () => {
    const session = await readyMachine(name, "slow");
    const teardown = await engine.teardown(session);
    const note = await asked(session, "save end-1");
    // Until it answers, the workflow stands in one state, whose time is longer than a machine may take.
    const states = await statesOf(engine.clients, teardown);
    expect(states).toEqual(["Claim", "JudgeClaim", "PlanSave", "JudgePlan", "AskForSave"]);
    expect(limitOf("AskForSave")).toBe(1_200);
    expect(limitOf("AskForQuickSave")).toBe(115);
    expect(await statusOf(teardown)).toBe("RUNNING");
    await putSnapshot(session);
    await answer(note, { outcome: "saved", id: session, seconds: 1_080 });
    expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
    expect(await gone(session)).toMatchObject({ save: { outcome: "saved", seconds: 1_080 } });
  });

  it("that never answers is kept", async () => {
    const session = await readyMachine(name, "silent");
    const teardown = await engine.teardown(session);
    await neverAnswer(await asked(session, "save end-1"));
    expect(await engine.waitFor(teardown)).toMatchObject({
      error: "NotSaved",
      cause: "not saved: the machine did not answer in time",
    });
    expect(await recordOf(session)).toMatchObject({ save: { outcome: "no-answer" }, kept: { attempts: 1 } });
    expect((await machineOf(session)).state).toBe("running");
    await takeMachine(session);
  });

  it.each([
    ["a snapshot that is not there", "saved", "never-was", /there is no snapshot never-was/],
    ["one that was there before", "saved", "old", /snapshot old is of .*, before it was asked for/],
    ["none", "saved", undefined, /named no snapshot/],
    ["a place that is no name", "saved", "../admin/x", /answer was not understood/],
    ["nothing that it may say", "done", "x", /answer was not understood/],
  ])("that names %s is not believed, and kept", async (_, outcome, id, why) => {
    if (id === "old") await putSnapshot(id);
    const session = await readyMachine(name, "lies");
    const teardown = await engine.teardown(session);
    await answer(await asked(session, "save end-1"), { outcome, id });
    expect(await engine.waitFor(teardown)).toMatchObject({
      error: "NotSaved",
      cause: expect.stringMatching(why),
    });
    expect((await recordOf(session))?.kept).toMatchObject({ attempts: 1 });
    expect((await machineOf(session)).state).toBe("running");
    await takeMachine(session);
  });

  it("is kept for a day after its hard cap, and then ended although it did not save", async () => {
    const session = await readyMachine(name, "cap");
    await growOlder(session, capHours + 23);
    const early = await engine.teardown(session);
    await answer(await asked(session, "save end-1"), { outcome: "failed", message: "no space" });
    expect((await engine.waitFor(early)).error).toBe("NotSaved");

    await growOlder(session, capHours + 25);
    await comeBack(session);
    await answer(await asked(session, "save end-2"), { outcome: "failed", message: "no space" });
    expect(await gone(session)).toMatchObject({
      save: { outcome: "failed", order: "save end-2" },
      ending: {
        saved: expect.stringMatching(
          /^not saved: no space; its time was over at .*; the(re is no| newest) snapshot/,
        ),
      },
    });
  });

  it("that died before it could be asked is not asked, and the account says what there is to restore from", async () => {
    const session = await readyMachine(name, "died");
    await putSnapshot(session);
    await takeMachine(session);
    expect(await gone(session)).toMatchObject({
      reason: "machine-gone",
      save: { outcome: "no-answer" },
      ending: {
        saved: expect.stringMatching(
          `^the machine was gone before it could save; the newest snapshot of any ${name} is `,
        ),
      },
    });
  });

  describe("that spot takes away", () => {
    const interrupt = (session: string) => engine.teardown(session, { session, reason: "interrupted" });
    const watched = (teardown: string) =>
      eventually(async () => {
        const states = await statesOf(engine.clients, teardown);
        expect(states.filter((state) => state === "WaitForInterruption").length).toBeGreaterThan(2);
        return states;
      });

    it("saves what it can, and is not ended before spot does it", async () => {
      const session = await readyMachine(name, "taken");
      const teardown = await interrupt(session);
      const note = await asked(session, "save interruption");
      await putSnapshot(session);
      await answer(note, { outcome: "saved", id: session });
      expect(await watched(teardown)).not.toContain("Terminate");
      expect((await machineOf(session)).state).toBe("running");
      expect(await statusOf(teardown)).toBe("RUNNING");
      await takeMachine(session);
      expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
      expect(await gone(session)).toMatchObject({ reason: "interrupted", save: { outcome: "saved" } });
    });

    it("and could not save is not ended earlier either; its account says so", async () => {
      const session = await readyMachine(name, "lost");
      const teardown = await interrupt(session);
      await neverAnswer(await asked(session, "save interruption"));
      await watched(teardown);
      expect((await machineOf(session)).state).toBe("running");
      await takeMachine(session);
      expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
      expect(await gone(session)).toMatchObject({
        ending: {
          saved: expect.stringMatching(
            /^not saved: the machine did not answer in time; the machine is gone;/,
          ),
        },
      });
    });

    it("is asked although it is held, and although a voluntary end is waiting for it", async () => {
      const session = await readyMachine(name, "overtaken");
      await engine.waitFor(await engine.extend(session, { holdMinutes: 30 }));
      const voluntary = await engine.teardown(session);
      const late = await asked(session, "save end-1");
      const teardown = await interrupt(session);
      const note = await asked(session, "save interruption");
      expect(await statusOf(voluntary)).toBe("ABORTED");
      expect(await recordOf(session)).toMatchObject({ reason: "interrupted", claim: { holder: teardown } });

      // What is left of the other is late, and does no harm.
      await putSnapshot(session);
      await answer(late, { outcome: "saved", id: session });
      await answer(note, { outcome: "saved", id: session });
      await watched(teardown);
      expect((await machineOf(session)).state).toBe("running");
      expect((await engine.waitFor(await engine.teardown(session))).status, "a voluntary end after it").toBe(
        "SUCCEEDED",
      );
      expect((await machineOf(session)).state).toBe("running");
      await takeMachine(session);
      expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
      expect(await gone(session)).toMatchObject({
        reason: "interrupted",
        save: { order: "save interruption" },
      });
    });

    it.each([
      ["is ended when it has saved", true],
      ["is kept when it has not", false],
    ])("and in the end is spared %s", async (_, saves) => {
      const session = await readyMachine(name, "spared");
      const teardown = await interrupt(session);
      const note = await asked(session, "save interruption");
      if (saves) await putSnapshot(session);
      await answer(
        note,
        saves ? { outcome: "saved", id: session } : { outcome: "failed", message: "no space" },
      );
      await watched(teardown);
      await turnClock(session, "interruptedAt", minutesAgo(6));
      const end = await engine.waitFor(teardown);
      if (saves) {
        expect(end.status).toBe("SUCCEEDED");
        await gone(session);
        return;
      }
      expect(end).toMatchObject({ error: "NotSaved", cause: "not saved: no space" });
      // Nobody takes it away any more: the next attempt has all the time there is.
      await comeBack(session);
      const next = await asked(session, "save end-2");
      await putSnapshot(session);
      await answer(next, { outcome: "saved", id: session });
      await gone(session);
    });
  });
});

describe.each(saving)("an operator of $name who chooses", ({ name, capHours }) => {
  it.each([
    ["keep-forever", capHours + 24 * 365, "NotSaved"],
    ["terminate", capHours - 0.1, "NotSaved"],
    ["terminate", capHours + 0.1, undefined],
  ])("%s, %d hours after the request, has it so", async (policy, hours, error) => {
    const session = await readyMachine(name, policy);
    const takeBack = await choose(policy);
    try {
      await growOlder(session, hours);
      const teardown = await engine.teardown(session);
      await answer(await asked(session, "save end-1"), { outcome: "failed", message: "no space" });
      expect((await engine.waitFor(teardown)).error).toBe(error);
      expect((await machineOf(session)).state).toBe(error === undefined ? "terminated" : "running");
    } finally {
      await takeBack();
    }
    if (error !== undefined) await takeMachine(session);
    await gone(session);
  });
});
