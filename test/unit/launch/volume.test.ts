import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { attachVolume } from "../../../functions/launch/attach-volume.ts";
import { decideOnPlace, decideOnVolume } from "../../../functions/launch/volume-decision.ts";
import type { KeptVolume } from "../../../functions/session/volumes.ts";
import { machine, minutesAfter, now, session, settings } from "../fixture/session.ts";

const kept = (different: Partial<KeptVolume> = {}): KeptVolume => ({
  ...{
    id: "vol-1",
    zone: "us-east-1a",
    gib: 100,
    state: "available",
    encrypted: true,
    attachedTo: undefined,
  },
  ...different,
});

describe("where a machine is launched", () => {
  const place = (volumes: KeptVolume[], zone: string | null = null) =>
    decideOnPlace("backup-target", volumes, zone);

  it("is where its volume is, whatever the configuration says", () => {
    expect(place([kept({ zone: "us-east-1c" })], "us-east-1a")).toEqual({
      action: "in-zone",
      zone: "us-east-1c",
    });
  });

  it("is the configured zone, or anywhere, when there is no volume", () => {
    expect(place([], "us-east-1b")).toEqual({ action: "in-zone", zone: "us-east-1b" });
    expect(place([])).toEqual({ action: "anywhere" });
  });

  it.each([
    [
      "two volumes",
      [kept(), kept({ id: "vol-2", zone: "us-east-1b" })],
      /vol-1 in us-east-1a, vol-2 in us-east-1b/,
    ],
    ["another's volume", [kept({ attachedTo: "i-other", state: "in-use" })], /attached to machine i-other/],
    ["a volume that anybody could read", [kept({ encrypted: false })], /vol-1 is not encrypted/],
    ["a broken volume", [kept({ state: "error" })], /vol-1 is in state error/],
  ])("is nowhere with %s, and that is said", (_, volumes, reason) => {
    expect(place(volumes)).toEqual({ action: "refuse", reason: expect.stringMatching(reason) });
  });
});

describe("the volume of a machine that comes up", () => {
  const decide = (volumes: KeptVolume[], machineState: string | undefined = "running", at = now) =>
    decideOnVolume({ blueprint: "backup-target", volumes, machine, machineState }, at);

  it.each<[string, KeptVolume[], string | undefined, string]>([
    ["is made when there is none", [], "pending", "create"],
    ["is waited for while it is made", [kept({ state: "creating" })], "running", "wait"],
    ["waits for its machine", [kept()], "pending", "wait"],
    ["waits for a machine that EC2 does not know yet", [kept()], undefined, "wait"],
    ["is attached when both are there", [kept()], "running", "attach"],
    [
      "is done when it is attached",
      [kept({ attachedTo: machine.instanceId, state: "in-use" })],
      "running",
      "done",
    ],
    ["is not taken from another", [kept({ attachedTo: "i-other", state: "in-use" })], "running", "refuse"],
    ["is not one of two", [kept(), kept({ id: "vol-2" })], "running", "refuse"],
    ["cannot come from another zone", [kept({ zone: "us-east-1b" })], "running", "refuse"],
    ["is not given to a machine that is going", [kept()], "shutting-down", "refuse"],
  ])("%s", (_, volumes, machineState, action) => {
    const at = new Date(now.getTime() + 1);
    expect(decideOnVolume({ blueprint: "backup-target", volumes, machine, machineState }, at).action).toBe(
      action,
    );
  });

  it("is waited for five minutes and no longer", () => {
    expect(decide([kept()], "pending", minutesAfter(5)).action).toBe("wait");
    expect(decide([kept()], "pending", new Date(minutesAfter(5).getTime() + 1))).toEqual({
      action: "refuse",
      reason: `machine ${machine.instanceId} is pending, and that takes too long`,
    });
  });
});

describe("attach-volume", () => {
  const ec2 = mockClient(EC2Client);
  const table = mockClient(DynamoDBDocumentClient);
  const run = () => attachVolume({ step: "attach-volume", session: "tea" });
  const named = (name: string) => Object.assign(new Error(name), { name });
  const volumesAre = (...Volumes: object[]) => ec2.on(DescribeVolumesCommand).resolves({ Volumes });
  const free = {
    ...{
      VolumeId: "vol-1",
      AvailabilityZone: machine.zone,
      Size: 100,
      State: "available" as const,
      Encrypted: true,
    },
  };

  beforeEach(() => {
    const backupTarget = { sizeGiB: 100 };
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, backupTarget }));
    vi.useFakeTimers({ now });
    for (const client of [ec2, table]) client.reset();
    table.on(GetCommand).resolves({ Item: session({ machine, blueprint: "backup-target" }) });
    table.on(UpdateCommand).resolves({});
    ec2
      .on(DescribeInstancesCommand)
      .resolves({ Reservations: [{ Instances: [{ State: { Name: "running" } }] }] });
    volumesAre();
  });

  it("makes an encrypted volume in the machine's zone, tagged as ours and with no session's name", async () => {
    expect(await run()).toMatchObject({ outcome: "not-yet" });
    expect(ec2.commandCalls(CreateVolumeCommand)[0]?.args[0].input).toEqual({
      ClientToken: "moonbase-backup-target-2026-11-20",
      ...{ AvailabilityZone: machine.zone, Size: 100, VolumeType: "gp3", Encrypted: true },
      TagSpecifications: [
        {
          ResourceType: "volume",
          Tags: [
            { Key: "moonbase:stage", Value: "moonbase" },
            { Key: "moonbase:volume", Value: "backup-target" },
            { Key: "Name", Value: "moonbase-backup-target" },
          ],
        },
      ],
    });
  });

  it("takes it for made when another launch has made it otherwise", async () => {
    ec2.on(CreateVolumeCommand).rejects(named("IdempotentParameterMismatch"));
    expect(await run()).toMatchObject({ outcome: "not-yet" });
  });

  it("attaches what is free, and writes it down before", async () => {
    volumesAre(free);
    expect(await run()).toMatchObject({ outcome: "not-yet" });
    expect(ec2.commandCalls(AttachVolumeCommand)[0]?.args[0].input).toMatchObject({
      VolumeId: "vol-1",
      InstanceId: machine.instanceId,
    });
    const written = table
      .commandCalls(UpdateCommand)
      .map(({ args }) => args[0].input.ExpressionAttributeValues);
    expect(written).toContainEqual({ ":set_volume": { id: "vol-1", gib: 100 } });
    expect(ec2.commandCalls(CreateVolumeCommand)).toHaveLength(0);
  });

  it("looks again when another was faster", async () => {
    volumesAre(free);
    ec2.on(AttachVolumeCommand).rejects(named("VolumeInUse"));
    expect(await run()).toMatchObject({ outcome: "not-yet" });
    volumesAre({ ...free, State: "in-use", Attachments: [{ InstanceId: "i-other", State: "attached" }] });
    expect(await run()).toMatchObject({
      outcome: "not-possible",
      message: expect.stringContaining("i-other"),
    });
  });

  it("is done with what is attached, and does nothing again", async () => {
    volumesAre({
      ...free,
      State: "in-use",
      Attachments: [{ InstanceId: machine.instanceId, State: "attaching" }],
    });
    expect(await run()).toMatchObject({ outcome: "attached" });
    expect(ec2.commandCalls(AttachVolumeCommand)).toHaveLength(0);
  });

  it("looks at every page for volumes that bear the blueprint's name in this stage", async () => {
    ec2
      .on(DescribeVolumesCommand)
      .resolvesOnce({ Volumes: [free], NextToken: "more" })
      .resolves({ Volumes: [{ ...free, VolumeId: "vol-2" }] });
    expect(await run()).toMatchObject({
      outcome: "not-possible",
      message: expect.stringContaining("vol-1 in us-east-1a, vol-2 in us-east-1a"),
    });
    expect(ec2.commandCalls(DescribeVolumesCommand)[0]?.args[0].input.Filters).toEqual([
      { Name: "tag:moonbase:stage", Values: ["moonbase"] },
      { Name: "tag:moonbase:volume", Values: ["backup-target"] },
    ]);
  });
});
