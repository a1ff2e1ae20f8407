import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, inject, onTestFinished, test } from "vitest";
import { startEngine } from "../../local/engine/engine.ts";
import { nodeCommands, projectFolder, toolPath } from "../../local/project.ts";
import { eventually } from "../workflows/session.ts";
import { processesOf, tracesOf } from "./traces.ts";

/** An engine in a process of its own that makes a body for one machine; says so once its making has begun. */
async function engineWithBody() {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-crash-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { folder, rootFileSystem: inject("rootFileSystem") };
  const child = spawn(
    join(nodeCommands, "node"),
    [join(import.meta.dirname, "one-body.ts"), JSON.stringify(options)],
    { cwd: projectFolder, env: { PATH: toolPath() }, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const [instanceId] = await once(createInterface(child.stdout), "line");
  return { child, folder, instanceId: String(instanceId) };
}

/** When a body can be hit: while its leader enters its namespaces, while it boots, when it is up. */
const moments = [0, 60, 2_500];

test.each(moments)(
  "a killed engine leaves nothing after the next start: %d ms into a body",
  async (moment) => {
    const { child, folder, instanceId } = await engineWithBody();
    await pause(moment);
    child.kill("SIGKILL");
    await once(child, "exit");

    const next = await startEngine({ ports: "free", folder });

    onTestFinished(next.stop);
    expect(existsSync(join(folder, "engine", instanceId))).toBe(false);
    await eventually(async () => expect(tracesOf(instanceId)).toEqual([]));
  },
);

test("a body does not outlive a killed engine, next start or not", async () => {
  const { child, instanceId } = await engineWithBody();
  await eventually(async () => expect(processesOf(instanceId).length).toBeGreaterThan(8));
  child.kill("SIGKILL");
  await eventually(async () => expect(processesOf(instanceId)).toEqual([]));
});

test.each(moments)("Ctrl-C leaves nothing at once: %d ms into a body", async (moment) => {
  const { child, folder, instanceId } = await engineWithBody();
  await pause(moment);
  child.kill("SIGINT");
  await once(child, "exit");
  expect(processesOf(instanceId)).toEqual([]);
  expect(existsSync(join(folder, "engine"))).toBe(false);
  // The kernel takes a network apart a moment after its last process.
  await eventually(async () => expect(tracesOf(instanceId)).toEqual([]));
});
