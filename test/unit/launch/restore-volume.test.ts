import {
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteTagsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { restoreVolume } from "../../../functions/launch/restore-volume.ts";
import { decideOnRestorePlace } from "../../../functions/launch/volume-decision.ts";
import { explain } from "../../../workflows/fields.ts";
import { launchInput } from "../../../workflows/launch.contract.ts";
import { settings } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const snapshot = "snap-0123456789abcdef0";
const run = () => restoreVolume({ session: "tea", blueprint: "backup-target", snapshot, zone: "us-east-1b" });
const volume = (VolumeId: string, different: object = {}) => ({
  ...{ VolumeId, AvailabilityZone: "us-east-1b", State: "available" as const, Encrypted: true, ...different },
});
const listed = (name: string, value: string, Volumes: object[]) =>
  ec2
    .on(DescribeVolumesCommand, {
      Filters: [
        { Name: "tag:moonbase:stage", Values: ["moonbase"] },
        { Name: `tag:${name}`, Values: [value] },
      ],
    })
    .resolves({ Volumes });
const madeAre = (...found: object[]) => listed("moonbase:execution", "tea", found);
const keptAre = (...found: object[]) => listed("moonbase:volume", "backup-target", found);
const snapshotIs = (State?: "completed" | "pending") =>
  ec2
    .on(DescribeSnapshotsCommand)
    .resolves({ Snapshots: State === undefined ? [] : [{ SnapshotId: snapshot, State }] });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, backupTarget: {} }));
  ec2.reset();
  madeAre();
  keptAre(volume("vol-old"));
  snapshotIs("completed");
});

describe("a volume that is made anew", () => {
  it("is made from the snapshot, encrypted, with the session's name on it and no place yet", async () => {
    expect(await run()).toMatchObject({ outcome: "not-yet" });
    const { TagSpecifications, ...made } = ec2.commandCalls(CreateVolumeCommand)[0]?.args[0].input ?? {};
    expect(made).toEqual({
      ...{ ClientToken: "moonbase-tea-volume", SnapshotId: snapshot, AvailabilityZone: "us-east-1b" },
      ...{ VolumeType: "gp3", Encrypted: true },
    });
    const keys = TagSpecifications?.[0]?.Tags?.map(({ Key }) => Key);
    expect(keys).toEqual(["moonbase:stage", "moonbase:session", "moonbase:execution", "Name"]);
    expect(ec2.commandCalls(CreateTagsCommand)).toHaveLength(0);
  });

  it.each([
    [undefined, /is not accepted \(allowed: a snapshot of the backup volume that is ours/],
    ["pending" as const, /is pending \(allowed: one that is completed/],
  ])("is not made from a snapshot that is %s", async (state, message) => {
    snapshotIs(state);
    expect(await run()).toEqual({ outcome: "not-possible", message: expect.stringMatching(message) });
    expect(ec2.commandCalls(CreateVolumeCommand)).toHaveLength(0);
  });

  it("is made once, and waited for", async () => {
    madeAre(volume("vol-new", { State: "creating" }));
    expect(await run()).toEqual({ outcome: "not-yet", message: "volume vol-new is creating" });
    expect(ec2.commandCalls(CreateVolumeCommand)).toHaveLength(0);
  });

  it("takes the place of the old one: that is put aside, then the session's name goes, then it is the one", async () => {
    madeAre(volume("vol-new"));
    expect(await run()).toMatchObject({ outcome: "not-yet" });
    const changes = ec2
      .calls()
      .map(({ args }) => args[0])
      .filter((command) => command instanceof CreateTagsCommand || command instanceof DeleteTagsCommand)
      .map(({ input }) => [input.Resources, input.Tags]);
    expect(changes).toEqual([
      [["vol-old"], [{ Key: "moonbase:volume", Value: "backup-target-replaced" }]],
      [["vol-new"], [{ Key: "moonbase:session" }]],
      [["vol-new"], [{ Key: "moonbase:volume", Value: "backup-target" }]],
    ]);
  });

  it("does not put aside what somebody works with", async () => {
    madeAre(volume("vol-new"));
    keptAre(volume("vol-old", { Attachments: [{ InstanceId: "i-other", State: "attached" }] }));
    expect(await run()).toMatchObject({
      outcome: "not-possible",
      message: expect.stringContaining("i-other"),
    });
    expect(ec2.commandCalls(CreateTagsCommand)).toHaveLength(0);
  });

  it("is a volume like any other when it has its place", async () => {
    madeAre(volume("vol-new"));
    keptAre(volume("vol-new"));
    expect(await run()).toBeUndefined();
  });
});

it("the machine goes to the zone that was asked for, or where the old volume is; not while that is in use", () => {
  const old = {
    id: "vol-old",
    zone: "us-east-1a",
    gib: 1,
    state: "error",
    encrypted: true,
    attachedTo: undefined,
  };
  expect(decideOnRestorePlace([old], "us-east-1b", null)).toEqual({ action: "in-zone", zone: "us-east-1b" });
  expect(decideOnRestorePlace([old], undefined, "us-east-1c")).toEqual({
    action: "in-zone",
    zone: "us-east-1a",
  });
  expect(decideOnRestorePlace([], undefined, "us-east-1c")).toEqual({
    action: "in-zone",
    zone: "us-east-1c",
  });
  expect(decideOnRestorePlace([], undefined, null)).toEqual({ action: "anywhere" });
  expect(decideOnRestorePlace([{ ...old, attachedTo: "i-other" }], "us-east-1b", null).action).toBe("refuse");
});

it.each([
  [
    { blueprint: "admin", volumeSnapshot: snapshot },
    /^volumeSnapshot: .*admin has no volume that outlives it/,
  ],
  [
    { blueprint: "backup-target", zone: "us-east-1b" },
    /^volumeSnapshot: missing .*only a new volume can be in another zone/,
  ],
  [{ blueprint: "backup-target", volumeSnapshot: "vol-1" }, /^volumeSnapshot: "vol-1" is not accepted/],
  [
    { blueprint: "backup-target", volumeSnapshot: snapshot, zone: "us-east-1" },
    /^zone: "us-east-1" is not accepted/,
  ],
])("a launch is refused with %j", (input, message) => {
  const { error } = launchInput.safeParse(input);
  expect(error === undefined ? "" : explain(error, input)).toMatch(message);
});
