import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { nodeCommands, projectFolder, toolPath } from "../../local/project.ts";
import { portPair } from "../local/port-pair.ts";
import { tracesOf } from "./traces.ts";

const happening = z.looseObject({ event: z.string() });

/** `npm start -- --body nspawn` from the outside, as npm runs it. */
async function start(options: { PATH: string; uid?: number }, ...parameters: string[]) {
  const { PATH, ...rest } = options;
  const words = ["local/start.ts", "--json", "--once", "--body", "nspawn", ...parameters];
  const child = spawn(join(nodeCommands, "node"), words, {
    cwd: projectFolder,
    env: { PATH },
    stdio: ["ignore", "pipe", "inherit"],
    ...rest,
  });
  onTestFinished(() => void child.kill());
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = (await text(child.stdout)).trim().split("\n");
  return { code: await ended, seen: lines.map((line) => happening.parse(JSON.parse(line))) };
}

/** What systemd-nspawn writes down of its machines on this computer; a body has a place of its own for that. */
function notesOfNspawn(): string[] {
  const folder = "/run/systemd/nspawn";
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
}

test("start --body nspawn shows a session on a real machine, and leaves nothing", async () => {
  const port = await portPair();
  const notes = notesOfNspawn();
  const { code, seen } = await start({ PATH: toolPath() }, "--port", String(port));
  const ready = z.object({ instanceId: z.string() }).parse(seen.find(({ event }) => event === "ready"));
  expect(seen.find(({ event }) => event === "inventory")).toMatchObject({ left: [] });
  expect(code).toBe(0);
  await expect.poll(() => tracesOf(ready.instanceId)).toEqual([]);
  expect(notesOfNspawn()).toEqual(notes);
});

const nobody = 65_534;

test.each([
  ["root", { PATH: toolPath(), uid: nobody }, "root (sudo npm start -- --body nspawn)"],
  ["the programs", { PATH: nodeCommands }, "apt-get install systemd-container mmdebstrap socat"],
])("without %s it says so, and starts nothing", async (_, options, message) => {
  const { code, seen } = await start(options);
  expect(code).toBe(1);
  expect(seen.map(({ event }) => event)).toEqual(["error", "end"]);
  expect(seen[0]).toMatchObject({ message: expect.stringContaining(message) });
});
