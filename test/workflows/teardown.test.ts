import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, gone, recordOf, statesOf, withDoor } from "./session.ts";

it("two teardowns of one session at once: one does it, both succeed, it is accounted once", async () => {
  const session = newSession("both");
  await engine.waitFor(await engine.launch(session, withDoor));
  const teardowns = await Promise.all([engine.teardown(session), engine.teardown(session)]);
  const ends = await Promise.all(teardowns.map(engine.waitFor));
  expect(ends.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  const stories = await Promise.all(teardowns.map((execution) => statesOf(engine.clients, execution)));
  // The other leaves it to the holder, or comes when all is done and finds nothing.
  expect(stories.map((states) => states.at(-1))).toContain("Announce");
  const { ending } = await gone(session);

  expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
  expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
  expect(await recordOf(session)).toMatchObject({ status: "ended", ending });
});

it.each([
  ["a session that never was", { session: "never-was" }, /^session: "never-was" is not known here/],
  ["no session", {}, /^session: missing/],
  ["text", "tea", /^input: "tea" is not accepted/],
])("%s is refused by field", async (_, input, message) => {
  const execution = await engine.teardown(newSession("odd"), input);
  expect(await engine.waitFor(execution)).toMatchObject({
    error: "Refused",
    cause: expect.stringMatching(message),
  });
});
