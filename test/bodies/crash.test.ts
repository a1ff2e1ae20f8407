import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, inject, onTestFinished, test } from "vitest";
import { Cgroups } from "../../local/engine/cgroups.ts";
import { startEngine } from "../../local/engine/engine.ts";
import { nodeCommands, projectFolder, toolPath } from "../../local/project.ts";
import { eventually } from "../workflows/session.ts";
import { processesOf, readOf, tracesOf } from "./traces.ts";

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
  onTestFinished(() => {
    child.kill("SIGKILL");
    new Cgroups(folder).removeAll();
  });
  const [instanceId] = await once(createInterface(child.stdout), "line");
  return { child, folder, instanceId: String(instanceId) };
}

/** The next engine in the folder removes what a killed one has left. */
async function nothingIsLeftAfterTheNextStart(folder: string, instanceId: string) {
  const next = await startEngine({ ports: "free", folder });
  onTestFinished(next.stop);
  expect(existsSync(join(folder, "engine", instanceId))).toBe(false);
  await eventually(async () => expect(tracesOf(instanceId)).toEqual([]));
}

const isUp = (instanceId: string) =>
  eventually(async () => expect(processesOf(instanceId).length).toBeGreaterThan(10));

/** When a half-made body can be hit: while its leader enters its namespaces, while its network is laid. */
test.each([0, 60])(
  "an engine killed %d ms into a body leaves nothing after the next start",
  async (moment) => {
    const { child, folder, instanceId } = await engineWithBody();
    await pause(moment);
    child.kill("SIGKILL");
    await once(child, "exit");
    await nothingIsLeftAfterTheNextStart(folder, instanceId);
  },
);

test("a machine of a type with an instance store has it as a block device of its own", async () => {
  const { child, instanceId } = await engineWithBody();
  await isUp(instanceId);
  expect(tracesOf(instanceId)).toContainEqual(expect.stringMatching(/^device loop/));
  // Its init may not be up yet when the body is: whoever asks, asks again.
  const inside = (command: string) => {
    const [init] = processesOf(instanceId).filter((pid) => readOf(pid, "comm") === "systemd\n");
    return execFileSync("nsenter", ["--all", `--target=${init}`, "bash", "-ec", command], {
      encoding: "utf8",
    });
  };
  const store = await eventually(async () => inside("readlink -e /dev/disk/by-id/*Instance_Storage*"));
  expect(
    inside(`! blkid --probe ${store.trim()} || exit 1
    mkfs.ext4 -q ${store.trim()} && mount ${store.trim()} /home && findmnt --noheadings --output FSTYPE /home`),
  ).toBe("ext4\n");
  child.kill("SIGINT");
  await once(child, "exit");
  await eventually(async () => expect(tracesOf(instanceId)).toEqual([]));
});

test("a killed engine takes its bodies along; a cgroup and a folder wait for the next start", async () => {
  const { child, folder, instanceId } = await engineWithBody();
  await isUp(instanceId);
  child.kill("SIGKILL");
  await eventually(async () => expect(tracesOf(instanceId)).toEqual([expect.stringContaining("cgroup")]));
  await nothingIsLeftAfterTheNextStart(folder, instanceId);
});

test.each([
  ["half made", async () => undefined],
  ["up", isUp],
])("Ctrl-C ends a body that is %s at once, and leaves nothing", async (_, untilThen) => {
  const { child, folder, instanceId } = await engineWithBody();
  await untilThen(instanceId);
  child.kill("SIGINT");
  await once(child, "exit");
  expect(processesOf(instanceId)).toEqual([]);
  expect(existsSync(join(folder, "engine"))).toBe(false);
  // The kernel takes a network apart a moment after its last process.
  await eventually(async () => expect(tracesOf(instanceId)).toEqual([]));
});
