import { randomUUID } from "node:crypto";
import { CreateVolumeCommand, DeleteVolumeCommand, DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { call, doorOf, engine, machinesOf, recordOf, scaleWaits, statesOf } from "./session.ts";

/** A backup target: one volume for all its sessions, which no end of any of them takes away. */

const { clients, stage } = engine;

async function volumes() {
  const Filters = [{ Name: "tag:moonbase:volume", Values: ["backup-target"] }];
  const { Volumes } = await clients.ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes ?? [];
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
  for (const { VolumeId } of await volumes()) await clients.ec2.send(new DeleteVolumeCommand({ VolumeId }));
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

it("is of this stage alone", async () => {
  for (const { Tags } of await volumes()) {
    expect(Tags).toContainEqual({ Key: "moonbase:stage", Value: stage });
  }
});
