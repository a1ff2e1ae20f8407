import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { newSession } from "../local/engine.ts";
import { call, engine, eventually, everythingOf, gone, recordOf, withDoor } from "./session.ts";

const session = newSession("replay");
const teardown = `arn:aws:states:us-east-1:000000000000:execution:${engine.stage}-teardown:${session}-1`;
let before: Awaited<ReturnType<typeof everythingOf>>;

describe("every step of a launch, run again on a session that is ready", () => {
  beforeAll(async () => {
    await engine.waitFor(await engine.launch(session, withDoor));
    before = await eventually(async () => {
      const everything = await everythingOf(session);
      const phase = everything.machines[0]?.Tags?.find(({ Key }) => Key === "moonbase:phase")?.Value;
      expect(phase).toBe("complete");
      return everything;
    });
  });

  it.each(["admit", "hire-undertaker", "provision", "guard", "announce"])(
    "%s changes nothing",
    async (step) => {
      await call("launch", {
        step,
        session,
        execution: before.record?.launchExecution,
        input: withDoor,
        ready: before.record?.ready,
      });
      expect(await everythingOf(session)).toEqual(before);
    },
  );
});

describe("every step of a teardown, run twice", () => {
  it.each(["claim", "plan-save", "terminate", "clean-up", "verify", "account", "announce"])(
    "%s",
    async (step) => {
      const event = {
        step,
        session,
        execution: teardown,
        input: { session },
        startedAt: new Date().toISOString(),
        saved: "admin keeps nothing",
        account: { session, reason: "operator", saved: "nothing", hours: 0, cost: 0, onDemandCost: 0 },
      };
      // When it was decided is the only thing that may differ.
      const answered = async () => ({
        ...z.looseObject({}).parse(await call("teardown", event)),
        at: undefined,
      });
      const first = await answered();
      expect(await answered()).toEqual(first);
    },
  );

  it("ends in a session that is gone, counted once", async () => {
    const { ending, generation } = await gone(session);
    expect(ending).toMatchObject({ saved: "admin keeps nothing" });
    expect(generation).toBe(1);
  });

  it("is a whole teardown once more, which succeeds and changes no figure", async () => {
    const closed = await recordOf(session);
    expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
    expect((await recordOf(session))?.ending).toEqual(closed?.ending);
  });
});
