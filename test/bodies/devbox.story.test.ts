import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { quote } from "shell-quote";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { namesOf } from "../../functions/session/names.ts";
import { Bridge } from "../../local/bridge.ts";
import { account, region } from "../../local/environment.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone, machinesOf, recordOf } from "../workflows/session.ts";
import { Laptop, launchReady } from "./login.ts";
import { tracesOf } from "./traces.ts";

const { clients, endpoints, folder } = engine;
const laptop = new Laptop();
afterAll(() => laptop.remove());
const bridge = new Bridge(clients, endpoints, join(folder, "engine"));
const bucket = namesOf(engine.stage).backupBucket(account, region);

const saved = z.object({
  reason: z.literal("interrupted"),
  save: z.object({ outcome: z.literal("saved"), id: z.string().regex(/^[0-9a-f]{64}$/) }),
});

const launchDevbox = (session: string) => launchReady(session, { ...laptop.input, blueprint: "devbox" });

/** Runs a program of `devbox/` on the machine. */
async function python(machine: Launched, program: string, ...as: string[]): Promise<string> {
  const text = readFileSync(join(import.meta.dirname, "devbox", program), "utf8");
  const { code, stdout, stderr } = await laptop.ssh(machine, quote([...as, "python3", "-c", text]));
  expect(code, stderr).toBe(0);
  return stdout;
}

/** By root, who can read everything. */
const manifestOf = (machine: Launched) =>
  python(machine, "manifest.py", "sudo", "HOME=/home/debian").then((lines) => lines.split("\n"));

const inside = async (machine: Launched, command: string) => (await laptop.ssh(machine, command)).stdout;

it("a home survives its machine: launch, work, spot's warning, saved, gone, and back byte for byte", {
  timeout: 400_000,
}, async () => {
  const first = newSession("devbox");
  const machine = await launchDevbox(first);
  expect(await inside(machine, "whoami; id -u; pwd")).toBe("debian\n1000\n/home/debian");
  expect(await inside(machine, "findmnt --noheadings --output SOURCE,FSTYPE /home")).toMatch(/ext4/);
  expect(await python(machine, "work.py")).toBe("done");
  const before = await manifestOf(machine);
  expect(before.length).toBeGreaterThan(20);

  const takenAt = Date.now() + 60_000;
  await bridge.spotInterruption(machine.instanceId, 60_000);
  const { save } = await eventually(async () => saved.parse(await recordOf(first)), 60);
  expect(Date.now(), "saved in time").toBeLessThan(takenAt);
  await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: `devbox/snapshots/${save.id}` }));
  expect(await gone(first, 120)).toMatchObject({ save: { id: save.id } });
  await eventually(async () => expect(tracesOf(machine.instanceId)).toEqual([]));

  const second = newSession("devbox-again");
  const again = await launchDevbox(second);
  expect((await machinesOf(second))[0]?.InstanceId).not.toBe(machine.instanceId);
  expect(await manifestOf(again)).toEqual(before);
  expect(await engine.waitFor(await engine.teardown(second))).toMatchObject({ status: "SUCCEEDED" });
  expect(await gone(second, 60)).toMatchObject({ save: { outcome: "saved" } });
});
