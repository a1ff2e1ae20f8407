import { randomUUID } from "node:crypto";
import {
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWorkflow } from "../../local/session/run.ts";
import { windowClosed } from "../../workflows/backup-window.contract.ts";
import { readDevice } from "../../workflows/device.contract.ts";
import { newSession } from "../local/engine.ts";
import {
  call,
  doorOf,
  engine,
  eventually,
  machinesOf,
  publicKey,
  recordOf,
  scaleWaits,
  statesOf,
} from "./session.ts";

/** A backup target: one volume for all its sessions, which no end of any of them takes away. */

const { clients, stage } = engine;

async function volumes(place = "backup-target") {
  const Filters = [{ Name: "tag:moonbase:volume", Values: [place] }];
  const { Volumes } = await clients.ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes ?? [];
}

async function liveTargets() {
  const Filters = [
    { Name: "tag:moonbase:blueprint", Values: ["backup-target"] },
    { Name: "instance-state-name", Values: ["pending", "running"] },
  ];
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations?.flatMap(({ Instances }) => Instances ?? []);
}

async function launched(session: string) {
  const execution = await engine.launch(session, { blueprint: "backup-target" });
  return { execution, ...(await engine.waitFor(execution)) };
}

async function tornDown(session: string) {
  expect(await engine.waitFor(await engine.teardown(session))).toMatchObject({ status: "SUCCEEDED" });
  expect(await engine.left(session)).toEqual([]);
}

beforeAll(() => scaleWaits(0.1));
afterAll(async () => {
  const all = [...(await volumes()), ...(await volumes("backup-target-replaced"))];
  for (const { VolumeId } of all) await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }));
  await scaleWaits(1);
});

describe("a backup target", () => {
  it("gets an encrypted volume that bears no session's name, and leaves it behind", async () => {
    const session = newSession("target");
    const { execution, status, cause } = await launched(session);
    expect({ status, cause }).toEqual({ status: "SUCCEEDED", cause: undefined });
    const states = await statesOf(clients, execution);
    expect(states.filter((state) => state === "AttachVolume").length).toBeGreaterThan(1);
    const [volume, ...others] = await volumes();
    expect(others).toEqual([]);
    const [machine] = await machinesOf(session);
    expect(volume).toMatchObject({
      ...{ Encrypted: true, VolumeType: "gp3", Size: 1, State: "in-use" },
      AvailabilityZone: machine?.Placement?.AvailabilityZone,
      Attachments: [expect.objectContaining({ InstanceId: machine?.InstanceId })],
    });
    expect(volume?.Tags?.map(({ Key }) => Key).toSorted()).toEqual([
      "Name",
      "moonbase:stage",
      "moonbase:volume",
    ]);
    expect(await recordOf(session)).toMatchObject({ volume: { id: volume?.VolumeId, gib: 1 } });
    expect(await doorOf(session)).toBeUndefined();

    await tornDown(session);
    expect(await recordOf(session)).toMatchObject({ save: { outcome: "saved", id: volume?.VolumeId } });
    const [after] = await volumes();
    expect(after).toMatchObject({ VolumeId: volume?.VolumeId, State: "available" });
  });

  it("comes again to where its volume is, and the sweep leaves the volume alone", async () => {
    const [before] = await volumes();
    const session = newSession("again");
    expect(await launched(session)).toMatchObject({ status: "SUCCEEDED" });
    const [volume, ...others] = await volumes();
    expect(others).toEqual([]);
    expect(volume?.VolumeId).toBe(before?.VolumeId);
    const [machine] = await machinesOf(session);
    expect(machine?.Placement?.AvailabilityZone).toBe(before?.AvailabilityZone);

    const second = await launched(newSession("second"));
    expect(second).toMatchObject({ status: "FAILED" });
    expect(second.cause).toContain(
      `volume ${volume?.VolumeId} is attached to machine ${machine?.InstanceId}`,
    );

    await tornDown(session);
    await call("sweep", {});
    await call("sweep", {});
    expect(await volumes()).toMatchObject([{ VolumeId: before?.VolumeId, State: "available" }]);
  });

  it("is not launched when there are two volumes: both are named, and nothing is left", async () => {
    const [first] = await volumes();
    const made = await clients.ec2.send(
      new CreateVolumeCommand({
        ...{ AvailabilityZone: first?.AvailabilityZone, Size: 1, Encrypted: true },
        TagSpecifications: [{ ResourceType: "volume", Tags: [...(first?.Tags ?? [])] }],
      }),
    );
    const session = newSession(`two-${randomUUID().slice(0, 4)}`);
    const { status, cause } = await launched(session);
    expect(status).toBe("FAILED");
    for (const id of [first?.VolumeId, made.VolumeId]) expect(cause).toContain(id);
    expect(cause).toContain("moonbase:volume");
    expect(await engine.left(session)).toEqual([]);
    expect(await volumes()).toHaveLength(2);
    await clients.ec2.send(new DeleteVolumeCommand({ VolumeId: made.VolumeId }));
  });
});

describe("a backup window", () => {
  const start = (workflow: "backup-window", input: object) =>
    startWorkflow(clients, stage, workflow, `w-${randomUUID().slice(0, 8)}`, input);
  const snapshots = async () => {
    const Filters = [{ Name: "tag:moonbase:volume", Values: ["backup-target"] }];
    const found = await clients.ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters }));
    return (found.Snapshots ?? []).map(({ SnapshotId }) => SnapshotId);
  };

  it("opens, is ended like any session, and leaves a snapshot of the volume", async () => {
    await scaleWaits(0.01);
    const execution = await start("backup-window", { minutes: 45, requestedBy: "a test" });
    const session = await eventually(async () => {
      const [{ Tags } = {}] = (await liveTargets()) ?? [];
      const found = Tags?.find(({ Key }) => Key === "moonbase:session")?.Value ?? "";
      expect((await recordOf(found))?.status).toBe("ready");
      return found;
    });
    expect(await recordOf(session)).toMatchObject({ blueprint: "backup-target", requestedBy: "a test" });
    expect(await statesOf(clients, execution)).not.toContain("TakeSnapshot");
    await tornDown(session);
    const { status, output, cause } = await engine.waitFor(execution);
    expect({ status, cause }).toEqual({ status: "SUCCEEDED", cause: undefined });
    const closed = windowClosed.parse(JSON.parse(output ?? ""));
    expect(closed).toMatchObject({ session, deleted: [] });
    expect(await snapshots()).toEqual([closed.snapshot]);
  });

  it("that cannot open says why, and takes no snapshot", async () => {
    const before = await snapshots();
    const refused = await engine.waitFor(await start("backup-window", { minutes: 5 }));
    expect(refused).toMatchObject({ status: "FAILED", error: "Refused" });
    expect(refused.cause).toMatch(/^minutes: 5 is not accepted/);
    expect(await snapshots()).toEqual(before);
  });

  it("is none where only a snapshot is asked for; the oldest goes when there are too many", async () => {
    const taken: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { status, output } = await engine.waitFor(await start("backup-window", { snapshotOnly: true }));
      expect(status).toBe("SUCCEEDED");
      const closed = windowClosed.parse(JSON.parse(output ?? ""));
      expect(closed.session).toBe("");
      expect(closed.growth).toMatch(/has 1 GiB, as configured$/);
      taken.push(closed.snapshot);
    }
    // The engine tells times in whole seconds, so which of the older ones goes is its affair.
    expect(await snapshots()).toHaveLength(2);
    expect(await snapshots()).toContain(taken.at(-1));
    expect(await volumes()).toHaveLength(1);
  });
});

describe("a restore", () => {
  it("puts a volume made from a snapshot in the place of the old one, in another zone, and keeps the old one", async () => {
    const [old] = await volumes();
    const Filters = [{ Name: "tag:moonbase:volume", Values: ["backup-target"] }];
    const { Snapshots } = await clients.ec2.send(
      new DescribeSnapshotsCommand({ OwnerIds: ["self"], Filters }),
    );
    const volumeSnapshot = Snapshots?.[0]?.SnapshotId;
    const zone = old?.AvailabilityZone === "us-east-1a" ? "us-east-1b" : "us-east-1a";
    const session = newSession("restore");
    const input = { blueprint: "backup-target", volumeSnapshot, zone };
    const { status, cause } = await engine.waitFor(await engine.launch(session, input));
    expect({ status, cause }).toEqual({ status: "SUCCEEDED", cause: undefined });
    const [restored, ...others] = await volumes();
    expect(others).toEqual([]);
    expect(restored).toMatchObject({ AvailabilityZone: zone, SnapshotId: volumeSnapshot, State: "in-use" });
    expect(restored?.Tags?.map(({ Key }) => Key)).not.toContain("moonbase:session");
    expect((await machinesOf(session))[0]?.Placement?.AvailabilityZone).toBe(zone);
    const [aside, ...more] = await volumes("backup-target-replaced");
    expect(more).toEqual([]);
    expect(aside).toMatchObject({ VolumeId: old?.VolumeId, State: "available" });
    expect(await engine.waitFor(await engine.teardown(session))).toMatchObject({ status: "SUCCEEDED" });
    expect(await volumes()).toMatchObject([{ VolumeId: restored?.VolumeId, State: "available" }]);
  });

  it("from what is no snapshot of ours fails, and nothing is left or changed", async () => {
    const before = await volumes();
    const session = newSession("strange");
    const input = { blueprint: "backup-target", volumeSnapshot: "snap-0123456789abcdef0" };
    const { status, cause } = await engine.waitFor(await engine.launch(session, input));
    expect(status).toBe("FAILED");
    expect(cause).toContain("volumeSnapshot: snap-0123456789abcdef0 is not accepted");
    expect(await engine.left(session)).toEqual([]);
    expect((await volumes()).map(({ VolumeId }) => VolumeId)).toEqual(before.map(({ VolumeId }) => VolumeId));
  });
});

describe("a device", () => {
  const ask = async (input: object) =>
    engine.waitFor(await startWorkflow(clients, stage, "device", `d-${randomUUID().slice(0, 8)}`, input));
  const entry = async () => {
    const Name = `/${stage}/backup-target/devices/laptop`;
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
    return readDevice(Parameter?.Value ?? "");
  };

  it("is registered and revoked while no machine is up", async () => {
    const registered = await ask({ action: "register", name: "laptop", publicKey, quotaGiB: 5 });
    expect(JSON.parse(registered.output ?? "")).toEqual({
      name: "laptop",
      message: "device laptop is registered",
    });
    expect(await entry()).toMatchObject({ publicKey, quotaGiB: 5, revokedAt: null });
    const twin = await ask({ action: "register", name: "nas", publicKey });
    expect(twin).toMatchObject({
      error: "Refused",
      cause: expect.stringContaining("device laptop has that key"),
    });
    expect(await ask({ action: "revoke", name: "laptop" })).toMatchObject({ status: "SUCCEEDED" });
    expect(await entry()).toMatchObject({ publicKey: null, quotaGiB: 5 });
    expect(await ask({ action: "revoke", name: "nobody" })).toMatchObject({
      error: "Refused",
      cause: 'name: "nobody" is not registered',
    });
  });
});

it("is of this stage alone", async () => {
  for (const { Tags } of await volumes()) {
    expect(Tags).toContainEqual({ Key: "moonbase:stage", Value: stage });
  }
});
