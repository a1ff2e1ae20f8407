import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { afterAll, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone, machinesOf } from "../workflows/session.ts";
import { Laptop, launchReady, run } from "./login.ts";
import { tracesOf } from "./traces.ts";

const laptop = new Laptop();
afterAll(() => laptop.remove());

const nothingIsLeftOf = (instanceId: string) =>
  eventually(async () => expect(tracesOf(instanceId)).toEqual([]));

it.concurrent("a machine that powers off is terminated, and its session ends", async () => {
  const session = newSession("off");
  const machine = await launchReady(session, laptop.input);
  expect(tracesOf(machine.instanceId).length).toBeGreaterThan(5);

  await laptop.ssh(machine, "sudo systemctl poweroff");

  await gone(session);
  expect(await machinesOf(session)).toMatchObject([{ State: { Name: "terminated" } }]);
  await nothingIsLeftOf(machine.instanceId);
});

it.concurrent("a machine that is terminated is gone, with processes, mounts, links and cgroups", async () => {
  const session = newSession("terminated");
  const machine = await launchReady(session, laptop.input);

  await engine.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine.instanceId] }));

  await nothingIsLeftOf(machine.instanceId);
  await gone(session);
});

it.concurrent("a machine that nobody asked a door for has none", async () => {
  const session = newSession("closed");
  const machine = await launchReady(session, { blueprint: "admin" });

  expect((await run("ssh-keyscan", ["-T", "2", machine.address ?? ""])).stdout).toBe("");

  await engine.teardown(session);
  await gone(session);
  await nothingIsLeftOf(machine.instanceId);
});
