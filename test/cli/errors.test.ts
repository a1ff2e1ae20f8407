import { expect, it } from "vitest";
import { endpointsAt } from "../../local/environment.ts";
import { newSession } from "../local/engine.ts";
import { engine } from "../workflows/session.ts";
import { keysIn, newHome, run } from "./moonbase.ts";

const { endpoints, stage } = engine;
const nowhere = endpointsAt({ serverless: 1, machines: 1 });

it.each([
  ["an engine that is down", ["status"], nowhere, 8, /local engine does not answer[\s\S]*npm start/],
  [
    "an unknown stage",
    ["--stage", "blue", "status"],
    endpoints,
    4,
    new RegExp(`no stage "blue"[\\s\\S]*found: ${stage}`),
  ],
  ["launching in an unknown stage", ["--stage", "blue", "launch", "admin"], endpoints, 4, /no stage "blue"/],
  ["an unknown session", ["status", "nobody"], endpoints, 4, /no session "nobody"[\s\S]*moonbase status/],
  ["ending an unknown session", ["teardown", "nobody"], endpoints, 4, /no session "nobody"/],
  ["an unknown blueprint", ["launch", "castle"], endpoints, 2, /castle[\s\S]*admin/],
  [
    "minutes that are refused",
    ["launch", "admin", "--minutes", "5"],
    endpoints,
    3,
    /maximumRuntimeMinutes: 5 .*10 to 720/,
  ],
  ["minutes that are none", ["launch", "admin", "--minutes", "-5"], endpoints, 2, /whole number of minutes/],
  ["a name with odd characters", ["launch", "admin", "--session", "a_b"], endpoints, 2, /--session: "a_b"/],
  ["an IPv6 address", ["launch", "admin", "--address", "::1"], endpoints, 2, /--address: "::1".*IPv4/],
] as const)(
  "%s: one clear message, its exit code, and nothing left",
  async (_, words, where, code, message) => {
    const home = newHome();
    const ended = await run(words, { endpoints: where, home });
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
    expect(keysIn(home)).toEqual([]);
  },
);

it("a name that is taken is refused, and the session that has it stays", async () => {
  const session = newSession("taken");
  await engine.waitFor(await engine.launch(session));
  const home = newHome();
  const ended = await run(["launch", "admin", "--session", session, "--json", "--detach"], {
    endpoints,
    home,
  });
  expect(ended.code).toBe(3);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    error: { exitCode: 3, what: expect.stringContaining(session) },
  });
  expect(await engine.left(session)).not.toEqual([]);
  await engine.waitFor(await engine.teardown(session));
});

it("a machine that is a process lets nobody in, and connect says so", async () => {
  const session = newSession("door");
  const surroundings = { endpoints, home: newHome() };
  await run(["launch", "admin", "--session", session, "--detach"], surroundings);
  const ended = await run(["connect", session], surroundings);
  expect(ended.stderr).toContain("ordinary process");
  expect(ended.code).toBe(6);
  await engine.waitFor(await engine.teardown(session));
});
