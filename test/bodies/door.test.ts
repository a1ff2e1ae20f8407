import { afterAll, expect, it } from "vitest";
import { hostAddress } from "../../local/bodies/nspawn/network.ts";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone } from "../workflows/session.ts";
import { Laptop, launchReady } from "./login.ts";

const laptop = new Laptop();
afterAll(() => laptop.remove());

it("ssh that is turned off lets nobody in, cuts nobody off, and can be turned on again", async () => {
  const session = newSession("door");
  const machine = await launchReady(session, laptop.input);
  const login = laptop.login(machine);
  await eventually(async () => expect(login.shown).toContain("ubuntu@ip-"));
  const turn = async (asked: object) =>
    expect((await engine.waitFor(await engine.ssh(session, asked))).status).toBe("SUCCEEDED");
  const answers = async () => (await laptop.ssh(machine, "true")).code === 0;

  await turn({ ssh: "off" });
  await eventually(async () => expect(await answers()).toBe(false));
  login.type("echo still-$((6 * 7))\n");
  await eventually(async () => expect(login.shown).toContain("still-42"));

  await turn({ ssh: "on", sourceCidr: "203.0.113.7/32" });
  expect(await answers(), "to another address it is on").toBe(false);
  await turn({ ssh: "on", sourceCidr: `${hostAddress}/32` });
  await eventually(async () => expect(await answers()).toBe(true));
  await login.close();
  await engine.waitFor(await engine.teardown(session));
  await gone(session, 60);
});
