import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { saveBeforeEnd } from "../../functions/session/orders.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { Bridge } from "../../local/bridge.ts";
import { projectFolder } from "../../local/project.ts";
import { launched } from "../../workflows/launch.contract.ts";
import { processesOf } from "../bodies/traces.ts";
import { newSession, sharedEngine } from "./engine.ts";

const { clients, endpoints, folder, launch, teardown, waitFor, left } = sharedEngine();

/** A machine whose body is an ordinary process, with what it has said so far. */
async function readyMachine(session: string) {
  const { status, output } = await waitFor(await launch(session));
  expect(status).toBe("SUCCEEDED");
  const { instanceId } = launched.parse(JSON.parse(output ?? "null"));
  const said = () => readFileSync(join(folder, "bodies", `${instanceId}.log`), "utf8");
  const tag = (Key: string, Value: string) =>
    clients.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key, Value }] }));
  return { instanceId, said, tag };
}

const soon = { timeout: 10_000, interval: 100 };

test("a process body follows orders as a machine does, as long as it is there", async () => {
  const session = newSession("orders");
  const { instanceId, said, tag } = await readyMachine(session);
  await tag(tagKeys.wants, saveBeforeEnd(1));
  await expect.poll(said, soon).toContain("this machine has nothing to save");
  await tag(tagKeys.tells, "ends at 12:05");
  await expect.poll(said, soon).toContain("wall: ends at 12:05");

  expect(await waitFor(await teardown(session))).toMatchObject({ status: "SUCCEEDED" });
  await expect.poll(() => processesOf(instanceId), soon).toEqual([]);
});

test("what spot gives notice of is told to the machine, and taken when the time has come", async () => {
  const session = newSession("spot");
  const { instanceId, said } = await readyMachine(session);
  const bridge = new Bridge(clients, endpoints, join(folder, "engine"));
  await bridge.spotInterruption(instanceId, 4_000);
  await expect.poll(said, soon).toContain('"event":"save-ended"');
  await expect.poll(() => left(session), { timeout: 20_000, interval: 300 }).toEqual([]);
});

test("an operator has spot say so with a command, which names a session that has no machine", async () => {
  const session = newSession("spoken");
  const { instanceId } = await readyMachine(session);
  const interrupt = (...words: string[]) =>
    promisify(execFile)(process.execPath, ["local/interrupt.ts", ...words, "--folder", folder], {
      cwd: projectFolder,
    });
  expect((await interrupt(session, "--rebalance")).stdout).toBe(`Spot may take ${instanceId} away.\n`);
  await expect(interrupt("nobody")).rejects.toThrow("session nobody has no machine that runs");
  expect(await waitFor(await teardown(session))).toMatchObject({ status: "SUCCEEDED" });
});
