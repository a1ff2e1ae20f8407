import { randomUUID } from "node:crypto";
import {
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import { hostAddress } from "../../local/bodies/nspawn/network.ts";
import { startWorkflow } from "../../local/session/run.ts";
import { windowClosed } from "../../workflows/backup-window.contract.ts";
import { deviceSeen } from "../../workflows/device.contract.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import { engine, eventually, gone, recordOf, scaleWaits } from "../workflows/session.ts";
import { Laptop } from "./login.ts";
import { tracesOf } from "./traces.ts";

const { clients, stage } = engine;
const laptop = new Laptop();
afterAll(async () => {
  laptop.remove();
  await scaleWaits(1);
});

const ofTarget = [{ Name: "tag:moonbase:volume", Values: ["backup-target"] }];
const start = (workflow: "backup-window" | "device", input: object) =>
  startWorkflow(clients, stage, workflow, `t-${randomUUID().slice(0, 8)}`, input);

const ready = z.looseObject({
  status: z.literal("ready"),
  machine: z.object({ instanceId: z.string() }),
  ready: z.object({ hostKey: z.string() }),
});

/** Opens a window, and waits until a device can come; closes like any session. */
async function openWindow() {
  const execution = await start("backup-window", { minutes: 45, sourceCidr: `${hostAddress}/32` });
  const session = await eventually(async () => {
    const Filters = [
      { Name: "tag:moonbase:blueprint", Values: ["backup-target"] },
      { Name: "instance-state-name", Values: ["running"] },
    ];
    const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ Filters }));
    const tags = Reservations?.flatMap(({ Instances }) => Instances ?? [])[0]?.Tags;
    const found = tags?.find(({ Key }) => Key === "moonbase:session")?.Value ?? "";
    ready.parse(await recordOf(found));
    return found;
  }, 120);
  const record = ready.parse(await recordOf(session));
  const { instanceId } = record.machine;
  const { Reservations } = await clients.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
  );
  const address = Reservations?.[0]?.Instances?.[0]?.PublicIpAddress ?? null;
  const machine: Launched = {
    ...{ session, instanceId, address, hostKey: record.ready.hostKey, user: "btrbk" },
    ...{ instanceType: "", zone: "", market: "spot", expiresAt: "" },
  };
  return { execution, session, machine };
}

it("two windows: a registered device comes in, does its one thing, and finds the same volume and host key the next time", {
  timeout: 270_000,
}, async () => {
  await scaleWaits(0.02);
  const { publicKey } = laptop.input;
  const registered = await start("device", { action: "register", name: "laptop", publicKey });
  expect(await engine.waitFor(registered)).toMatchObject({ status: "SUCCEEDED" });

  const first = await openWindow();
  const asked = "readlink -v -e '/backup_volume/backups/laptop'";
  const answered = await eventually(async () => {
    const said = await laptop.ssh(first.machine, asked);
    expect(said).toMatchObject({ code: 0 });
    return said.stdout.trim();
  }, 30);
  expect(answered).toBe("/backup_volume/backups/laptop");
  expect((await laptop.ssh(first.machine, "cat /etc/passwd")).code).not.toBe(0);
  await eventually(async () => {
    const Name = `/${stage}/backup-target/seen/laptop`;
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
    expect(deviceSeen.parse(JSON.parse(Parameter?.Value ?? ""))).toMatchObject({ snapshots: 0 });
  });

  expect(await engine.waitFor(await engine.teardown(first.session))).toMatchObject({ status: "SUCCEEDED" });
  const ended = await gone(first.session, 60);
  expect(ended).toMatchObject({ save: { outcome: "saved", message: "written out and unmounted" } });
  await eventually(async () => expect(tracesOf(first.machine.instanceId)).toEqual([]));
  const { status, output } = await engine.waitFor(first.execution);
  expect(status).toBe("SUCCEEDED");
  const { Snapshots } = await clients.ec2.send(
    new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters: ofTarget }),
  );
  expect(Snapshots?.map(({ SnapshotId }) => SnapshotId)).toEqual([
    windowClosed.parse(JSON.parse(output ?? "")).snapshot,
  ]);
  const { Volumes } = await clients.ec2.send(new DescribeVolumesCommand({ Filters: ofTarget }));
  expect(Volumes).toMatchObject([{ State: "available" }]);

  const second = await openWindow();
  expect(second.machine.instanceId).not.toBe(first.machine.instanceId);
  expect(second.machine.hostKey).toBe(first.machine.hostKey);
  expect((await laptop.ssh(second.machine, asked)).stdout.trim()).toBe("/backup_volume/backups/laptop");
  expect(await engine.waitFor(await engine.teardown(second.session))).toMatchObject({ status: "SUCCEEDED" });
  await gone(second.session, 60);
  expect((await engine.waitFor(second.execution)).status).toBe("SUCCEEDED");
});
