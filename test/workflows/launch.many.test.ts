import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { doorOf, engine, gone, machinesOf, withDoor } from "./session.ts";

it("ten launches at once under ten ids: ten machines, ten doors, ten clean ends", async () => {
  const sessions = Array.from({ length: 10 }, () => newSession("ten"));
  const launches = await Promise.all(sessions.map((session) => engine.launch(session, withDoor)));
  const ends = await Promise.all(launches.map(engine.waitFor));
  expect(ends.map(({ status, cause }) => cause ?? status)).toEqual(sessions.map(() => "SUCCEEDED"));
  const machines = await Promise.all(sessions.map(machinesOf));
  expect(machines.map((each) => each.length)).toEqual(sessions.map(() => 1));

  const [first = "", ...others] = sessions;
  await engine.waitFor(await engine.teardown(first));
  const doors = await Promise.all(others.map(doorOf));
  expect(
    doors.every((door) => door?.IpPermissions?.length === 1),
    "one end shuts nobody else out",
  ).toBe(true);

  const teardowns = await Promise.all(others.map((session) => engine.teardown(session)));
  await Promise.all(teardowns.map(engine.waitFor));
  await Promise.all(sessions.map((session) => gone(session)));
});

it("two launches at once under one id: one machine", async () => {
  const session = newSession("twins");
  const starts = await Promise.allSettled([engine.launch(session), engine.launch(session)]);
  const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
  for (const execution of new Set(started)) await engine.waitFor(execution);
  expect(await machinesOf(session)).toHaveLength(1);
  await engine.waitFor(await engine.teardown(session));
  await gone(session);
});
