import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { nodeCommands, projectFolder, toolPath } from "../../local/project.ts";
import { portPair } from "./port-pair.ts";

const happening = z.looseObject({ at: z.number(), event: z.string() });

/** `npm start` from the outside, as npm runs it. */
function start(...parameters: string[]) {
  const child = spawn(join(nodeCommands, "node"), ["local/start.ts", "--json", ...parameters], {
    cwd: projectFolder,
    env: { PATH: toolPath(), AWS_PROFILE: "no-such-profile", AWS_REGION: "eu-west-1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const happenings = async () =>
    (await text(child.stdout))
      .trim()
      .split("\n")
      .map((line) => happening.parse(JSON.parse(line)));
  return { child, ended, happenings };
}

async function nothingListens(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    () => true,
  );
}

test("start --once --json shows a session from launch to nothing left, and leaves nothing itself", async () => {
  const port = await portPair();
  const { ended, happenings } = start("--once", "--port", String(port));
  const seen = await happenings();
  expect(await ended).toBe(0);

  const names = (event: string, field: string) =>
    seen.filter((each) => each.event === event).map((each) => each[field]);
  expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).toSorted((one, other) => one - other));
  expect(names("state", "state")).toEqual(
    expect.arrayContaining(["Admit", "Provision", "AwaitReady", "Claim", "Terminate", "Verify"]),
  );
  expect(names("phase", "phase")).toEqual(expect.arrayContaining(["booting"]));
  expect(names("ready", "hostKey")).toEqual([expect.stringMatching(/^ssh-ed25519 /)]);
  expect(names("inventory", "left")).toEqual([[]]);
  expect(seen.at(-1)).toMatchObject({ event: "end", ok: true });

  expect(await nothingListens(port)).toBe(true);
  expect(await nothingListens(port + 1)).toBe(true);
  const folder = join(projectFolder, ".local");
  expect(readdirSync(folder).filter((name) => /^(engine|env|running\.json|cdk-)/.test(name))).toEqual([]);
}, 120_000);

test("a port that is taken is named, and nothing is started", async () => {
  const port = await portPair();
  const server = createServer().listen(port + 1, "127.0.0.1");
  onTestFinished(() => void server.close());
  const { ended, happenings } = start("--once", "--port", String(port));
  const seen = await happenings();
  expect(await ended).toBe(1);
  expect(seen.find(({ event }) => event === "error")).toMatchObject({
    message: expect.stringContaining(`port ${port + 1} `),
  });
  expect(existsSync(join(projectFolder, ".local", "running.json"))).toBe(false);
}, 60_000);
