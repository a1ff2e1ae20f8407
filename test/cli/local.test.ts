import { expect, it, onTestFinished } from "vitest";
import { portPair } from "../local/port-pair.ts";
import { engine } from "../workflows/session.ts";
import { newHome, run } from "./moonbase.ts";

it("local up, status and down: the engine of this checkout in the background, and gone again", async () => {
  const surroundings = { endpoints: engine.endpoints, home: newHome() };
  const local = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(["local", ...words, "--json"], surroundings);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  onTestFinished(() => run(["local", "down"], surroundings).then(() => undefined));
  expect(await local("status")).toMatchObject({ up: false });

  const port = await portPair();
  const { pid } = await local("up", "--port", String(port));
  const endpoint = `http://127.0.0.1:${port}`;
  expect(await local("status")).toEqual({ up: true, pid, endpoint });
  expect(await local("up"), "up twice is up once").toMatchObject({ up: true, pid });
  expect((await fetch(`${endpoint}/_ministack/ready`)).ok).toBe(true);
  const seen = await run(["status", "--local", "--json"], surroundings);
  expect(seen.code, seen.stderr).toBe(0);

  expect(await local("down")).toMatchObject({ up: false, pid });
  expect(await local("status")).toMatchObject({ up: false });
  await expect(fetch(`${endpoint}/_ministack/ready`)).rejects.toThrow();
});
