import { beforeAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { call, engine, machinesOf, recordOf, withDoor } from "../workflows/session.ts";
import { readyThings } from "./recorded.ts";
import { kindsOf, launchOf, leftOf, over, proxy } from "./scene.ts";

let ready: readonly string[];
beforeAll(async () => {
  ready = await readyThings();
});

describe("every step run twice at the same time", () => {
  const session = newSession("double");
  const execution = launchOf(session);
  const twice = (story: "launch" | "teardown", event: object) =>
    Promise.all([call(story, event), call(story, event)]);

  it("makes one of everything that a launch makes", async () => {
    await proxy.watch(session);
    const message = { hostKey: "ssh-ed25519 AAAA", phases: [] };
    for (const step of ["admit", "hire-undertaker", "provision", "guard", "invite", "announce"]) {
      await twice("launch", { step, session, execution, input: withDoor, token: "none", ready: message });
    }
    expect(await machinesOf(session)).toHaveLength(1);
    expect(kindsOf(await leftOf(session))).toEqual(ready);
    expect(await recordOf(session)).toMatchObject({ status: "ready" });
  });

  it("takes all of it away, and accounts for it once", async () => {
    const event = {
      session,
      execution: execution.replace("-launch:", "-teardown:"),
      input: { session },
      startedAt: new Date().toISOString(),
      saved: "admin keeps nothing",
    };
    for (const step of ["claim", "plan-save", "terminate", "clean-up", "verify"]) {
      await twice("teardown", { ...event, step });
    }
    const [account, again] = await twice("teardown", { ...event, step: "account" });
    expect(again).toEqual(account);
    await twice("teardown", { ...event, step: "announce", account });
    await over(session);
  });
});

describe.concurrent("a teardown that comes while the launch is at work", () => {
  it.each([0, 50, 100, 200, 300, 400, 600, 800, 1_000, 1_300])("%i ms after it", async (offset) => {
    const session = newSession("race");
    const launch = await engine.launch(session, withDoor);
    await new Promise((resolve) => setTimeout(resolve, offset));
    const end = await engine.waitFor(await engine.teardown(session));
    // Before the launch is admitted nobody knows the session, and the teardown says so.
    if (end.error === "Refused") {
      expect((await engine.waitFor(launch)).status).toBe("SUCCEEDED");
      expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
    } else {
      expect(end.status).toBe("SUCCEEDED");
    }
    await engine.waitFor(launch);
    await over(session);
  });
});
