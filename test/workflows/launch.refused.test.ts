import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, publicKey, recordOf, statesOf } from "./session.ts";

const good = { blueprint: "admin", publicKey, sourceCidr: "203.0.113.7/32" };

it.each([
  ["an unknown blueprint", { blueprint: "castle" }, /^blueprint: "castle" .*allowed: admin/],
  ["the whole internet", { ...good, sourceCidr: "0.0.0.0/0" }, /^sourceCidr: "0\.0\.0\.0\/0"/],
  ["a malformed key", { ...good, publicKey: "ssh-ed25519 AAAA" }, /^publicKey: /],
  ["a negative runtime", { ...good, maximumRuntimeMinutes: -1 }, /^maximumRuntimeMinutes: -1 .*10 to 720/],
  ["an over-long runtime", { ...good, maximumRuntimeMinutes: 100_000 }, /^maximumRuntimeMinutes: 100000/],
  ["a list", [], /^input: /],
])("%s is refused in the first state, by field, and nothing is made", async (_, input, message) => {
  const session = newSession("refused");
  const execution = await engine.launch(session, input);
  expect(await engine.waitFor(execution)).toMatchObject({
    status: "FAILED",
    error: "Refused",
    cause: expect.stringMatching(message),
  });
  expect(await statesOf(engine.clients, execution)).toEqual(["Admit", "JudgeAdmission", "Refuse"]);
  expect(await recordOf(session)).toBeUndefined();
  expect(await engine.left(session)).toEqual([]);
});

it("an id with odd characters is refused likewise", async () => {
  const session = `${newSession("odd")}_underscored`;
  expect(await engine.waitFor(await engine.launch(session))).toMatchObject({
    error: "Refused",
    cause: expect.stringContaining("execution name"),
  });
  expect(await recordOf(session)).toBeUndefined();
});
