import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tagKeys } from "../../functions/session/tags.ts";
import { Bridge } from "../../local/bridge.ts";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone, machinesOf, recordOf } from "../workflows/session.ts";
import { Laptop, launchReady } from "./login.ts";
import { tagOf } from "./tags.ts";

// One for each session: a laptop trusts the host key of one machine at a time.
const laptops = [new Laptop(), new Laptop()] as const;
afterAll(() => {
  for (const laptop of laptops) laptop.remove();
});
const { clients, endpoints, folder } = engine;
const bridge = new Bridge(clients, endpoints, join(folder, "engine"));

describe.concurrent("a real machine that holds something", () => {
  it("saves once when spot takes it, tells whoever is on it, and is not ended before spot does", async () => {
    const [laptop] = laptops;
    const session = newSession("taken");
    const machine = await launchReady(session, { ...laptop.input, blueprint: "stand-in" });
    const login = laptop.login(machine);
    await eventually(async () => expect(login.shown).toContain("ubuntu@ip-"));
    const takenAt = Date.now() + 15_000;
    await bridge.spotInterruption(machine.instanceId, 15_000);
    await eventually(async () => expect(login.shown).toContain("Spot takes this machine away"));
    const { save } = await eventually(async () => {
      const record = await recordOf(session);
      expect(record).toMatchObject({ reason: "interrupted", save: { outcome: "saved" } });
      return record ?? {};
    });
    expect(save).toMatchObject({ order: "save interruption", message: "a stand-in, quick" });
    const journal = await laptop.ssh(machine, "sudo journalctl --unit moonbase-orders --output cat");
    expect(journal.stdout.match(/save-begun/g), "by the notice and by the tag").toHaveLength(1);
    expect((await machinesOf(session))[0]?.State?.Name).toBe("running");
    expect(Date.now(), "saved in time").toBeLessThan(takenAt);
    await login.close();
    expect(await gone(session, 60)).toMatchObject({ reason: "interrupted", save });
    expect(Date.now(), "not earlier than spot").toBeGreaterThan(takenAt);
  });

  it("saves early when spot may take it, and goes on", async () => {
    const [, laptop] = laptops;
    const session = newSession("rebalance");
    const machine = await launchReady(session, { ...laptop.input, blueprint: "stand-in" });
    await bridge.rebalance(machine.instanceId);
    await eventually(async () => expect(await tagOf(session, tagKeys.wants)).toMatch(/^save early-/));
    const journal = async () =>
      (await laptop.ssh(machine, "sudo journalctl --unit moonbase-orders --output cat")).stdout;
    await eventually(async () => expect(await journal()).toMatch(/save-ended.*a stand-in, quick/));
    expect(await recordOf(session)).toMatchObject({ status: "ready", generation: 0 });
    expect(await engine.waitFor(await engine.teardown(session))).toMatchObject({ status: "SUCCEEDED" });
    expect(await gone(session)).toMatchObject({ save: { outcome: "saved", order: "save end-1" } });
  });
});
