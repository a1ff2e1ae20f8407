import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { startEngine } from "../../local/engine/engine.ts";
import { freePorts, type Ports } from "../../local/engine/ports.ts";
import { endGroups, startGroup, startOf } from "../../local/engine/processes.ts";
import { RunFile } from "../../local/engine/run-file.ts";
import { nodeCommands, projectFolder, systemPath, toolPath } from "../../local/project.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "moonbase-engine-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const runFile = z.object({ groups: z.array(z.object({ pid: z.int() })) });
const groupsIn = (place: string) =>
  runFile.parse(JSON.parse(readFileSync(join(place, "running.json"), "utf8"))).groups.map(({ pid }) => pid);

/** An engine in a process of its own, up and running. */
async function engineIn(place: string, ports: Ports | "free" = "free") {
  const script = `
    import { startEngine } from "./local/engine/engine.ts";
    const engine = await startEngine(${JSON.stringify({ ports, folder: place })});
    engine.keep("env", "for the operator");
    console.log("up");
    await engine.died;`;
  const child = spawn(join(nodeCommands, "node"), ["--input-type=module", "--eval", script], {
    cwd: projectFolder,
    env: { PATH: toolPath() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(createInterface(child.stdout), "line");
  const groups = groupsIn(place);
  onTestFinished(() => {
    child.kill("SIGKILL");
    // A killed engine cannot end its emulators.
    endGroups(groups);
  });
  return child;
}

const alive = (pid: number): boolean => startOf(pid) !== undefined;

test.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
  "%s ends both emulators and leaves nothing",
  async (signal) => {
    const place = folder();
    const child = await engineIn(place);
    const groups = groupsIn(place);
    expect(groups.map(alive)).toEqual([true, true]);
    child.kill(signal);
    await once(child, "exit");
    await expect.poll(() => groups.map(alive)).toEqual([false, false]);
    expect(existsSync(join(place, "running.json"))).toBe(false);
    expect(existsSync(join(place, "engine"))).toBe(false);
    expect(existsSync(join(place, "env"))).toBe(false);
  },
);

test("what a killed engine left is ended by the next one", async () => {
  const place = folder();
  const child = await engineIn(place);
  const groups = groupsIn(place);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(groups.map(alive)).toEqual([true, true]);
  new RunFile(place).endAll();
  await expect.poll(() => groups.map(alive)).toEqual([false, false]);
});

test("a process that is not the one written down is let live", async () => {
  const place = folder();
  const other = spawn("sleep", ["60"], { detached: true });
  onTestFinished(() => void other.kill("SIGKILL"));
  const pid = other.pid ?? 0;
  const gone = { pid: 2 ** 22 - 1, start: "1" };
  writeFileSync(join(place, "running.json"), JSON.stringify({ owner: gone, groups: [{ pid, start: "1" }] }));
  new RunFile(place).endAll();
  expect(alive(pid)).toBe(true);
});

test("what a member has given a group of its own is ended as well", async () => {
  const place = folder();
  const leader = startGroup({
    file: "bash",
    arguments: ["-c", "timeout 60 bash -c 'echo $$; exec sleep 60' & wait"],
    environment: { PATH: systemPath() },
    folder: place,
    log: join(place, "log"),
  });
  const inner = await vi.waitFor(() =>
    z.coerce
      .number()
      .positive()
      .parse(readFileSync(join(place, "log"), "utf8")),
  );
  expect(alive(inner)).toBe(true);
  endGroups([leader.pid ?? 0]);
  await expect.poll(() => alive(inner)).toBe(false);
});

test("after a kill the same ports can be had at once", async () => {
  const place = folder();
  const ports = await freePorts();
  const child = await engineIn(place, ports);
  child.kill("SIGKILL");
  await once(child, "exit");
  const next = await startEngine({ ports, folder: place });
  expect(next.endpoints.machines).toContain(String(ports.machines));
  next.stop();
});

test("two engines do not share a folder, and the one that is refused takes nothing from the other", async () => {
  const place = folder();
  const child = await engineIn(place);
  await expect(startEngine({ ports: "free", folder: place })).rejects.toThrow(`process ${child.pid}`);
  expect(existsSync(join(place, "env"))).toBe(true);
});
