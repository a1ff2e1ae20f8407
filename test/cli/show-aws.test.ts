import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone, recordOf } from "../workflows/session.ts";
import { environmentOf, newHome, run } from "./moonbase.ts";

const { endpoints, stage } = engine;

/** Each call once: the same look again and again leads nowhere else. */
const callsIn = (stderr: string) => [
  ...new Set(stderr.split("\n").filter((line) => line.startsWith("aws "))),
];

/** What differs from session to session by nature. */
function comparable(record: Record<string, unknown> | undefined) {
  const { machine, status, blueprint, estimate, generation, reason } = record ?? {};
  const { instanceType, market } = Object(machine);
  return { instanceType, market, status, blueprint, estimate, generation, reason };
}

it("the lines for the AWS CLI lead to the same as the command itself", async () => {
  const surroundings = { endpoints, home: newHome() };
  const ours = newSession("ours");
  const theirs = newSession("cli");
  const pasted = (stderr: string) =>
    callsIn(stderr)
      .map((line) => line.replaceAll(ours, theirs))
      .map((line) =>
        execFileSync("bash", ["-c", line], { env: environmentOf(surroundings), encoding: "utf8" }),
      );
  const launched = async (session: string) =>
    eventually(async () => {
      const record = await recordOf(session);
      expect(record?.status).toBe("ready");
      return comparable(record);
    });

  const words = ["--show-aws", "launch", "admin", "--no-key", "--session", ours];
  const launch = await run(words, surroundings);
  expect(callsIn(launch.stderr).join("\n")).toContain(`${stage}-launch --name ${ours} --input '{"blueprint"`);
  pasted(launch.stderr);
  expect(await launched(theirs)).toEqual(await launched(ours));

  const teardown = await run(["--show-aws", "teardown", ours], surroundings);
  pasted(teardown.stderr);
  expect(comparable(await gone(theirs))).toEqual(comparable(await gone(ours)));
});
