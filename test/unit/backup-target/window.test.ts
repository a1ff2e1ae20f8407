import {
  CreateSnapshotCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyVolumeCommand,
} from "@aws-sdk/client-ec2";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { close } from "../../../functions/backup-window/close.ts";
import { grow } from "../../../functions/backup-window/grow.ts";
import { plan } from "../../../functions/backup-window/plan.ts";
import { reportFailure } from "../../../functions/backup-window/report-failure.ts";
import { tooMany } from "../../../functions/backup-window/retention.ts";
import { takeSnapshot } from "../../../functions/backup-window/take-snapshot.ts";
import { watch } from "../../../functions/backup-window/watch.ts";
import { watchSnapshot } from "../../../functions/backup-window/watch-snapshot.ts";
import type { KeptSnapshot } from "../../../functions/session/snapshots.ts";
import { session as sessionField } from "../../../workflows/fields.ts";
import { minutesAfter, now, session, settings } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const sns = mockClient(SNSClient);
const table = mockClient(DynamoDBDocumentClient);
const named = (name: string) => Object.assign(new Error(name), { name });
const execution = "arn:aws:states:us-east-1:000000000000:execution:moonbase-backup-window:tonight";

const volume = (different: object = {}) => ({ VolumeId: "vol-1", Size: 100, Encrypted: true, ...different });
const volumesAre = (...Volumes: object[]) => ec2.on(DescribeVolumesCommand).resolves({ Volumes });
const snapshotsAre = (...Snapshots: object[]) => ec2.on(DescribeSnapshotsCommand).resolves({ Snapshots });

beforeEach(() => {
  const backupTarget = { sizeGiB: 200, snapshotsKept: 2 };
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, backupTarget }));
  vi.useFakeTimers({ now });
  for (const client of [ec2, sns, table]) client.reset();
  volumesAre(volume());
  snapshotsAre();
  ec2.on(CreateSnapshotCommand).resolves({ SnapshotId: "snap-new" });
  sns.on(PublishCommand).resolves({});
});

describe("what a window is to be", () => {
  const asked = (input: unknown, startedAt = "2026-11-20T12:00:00.123Z") =>
    plan({ step: "plan", execution, startedAt, input });

  it("is a launch of the configured length, under a name that every attempt finds again", async () => {
    const planned = await asked({});
    expect(planned).toMatchObject({
      outcome: "open",
      launch: {
        blueprint: "backup-target",
        maximumRuntimeMinutes: 60,
        force: false,
        requestedBy: "a backup window",
      },
    });
    expect(planned.session).toMatch(/^window-20261120-120000-[0-9a-f]{4}$/);
    expect(sessionField.safeParse(planned.session).success).toBe(true);
    expect(await asked({})).toEqual(planned);
    expect((await asked({}, "2026-11-20T12:00:00Z")).session).toBe(planned.session);
  });

  it("is what was asked for, and no more", async () => {
    const { launch } = await asked({
      minutes: 45,
      sourceCidr: "203.0.113.7/32",
      requestedBy: "me",
      force: true,
    });
    expect(launch).toEqual({
      ...{ blueprint: "backup-target", maximumRuntimeMinutes: 45, force: true },
      ...{ requestedBy: "me", sourceCidr: "203.0.113.7/32" },
    });
  });

  it("is none where only a snapshot is asked for", async () => {
    expect(await asked({ snapshotOnly: true })).toMatchObject({ outcome: "snapshot", session: "" });
  });

  it.each([
    [{ minutes: 39 }, /^minutes: 39 is not accepted \(allowed: 40 to 1440/],
    [{ minutes: 1441 }, /^minutes: 1441/],
    [{ sourceCidr: "0.0.0.0/0" }, /^sourceCidr: "0.0.0.0\/0" is not accepted/],
    [{ colour: "red" }, /^colour: "red"/],
    ["tonight", /^input: "tonight"/],
  ])("is refused as %j", async (input, message) => {
    expect(await asked(input)).toMatchObject({ outcome: "refused", message: expect.stringMatching(message) });
  });
});

it("a window is open until its session's books are closed", async () => {
  const look = () => watch({ step: "watch", session: "tea" });
  table.on(GetCommand).resolves({ Item: session({ status: "ready" }) });
  expect((await look()).outcome).toBe("open");
  const ending = {
    endedAt: now.toISOString(),
    saved: "written out",
    hours: 1,
    cost: 0.01,
    onDemandCost: 0.01,
  };
  table.on(GetCommand).resolves({ Item: session({ status: "ended", ending }) });
  expect(await look()).toEqual({ outcome: "closed", message: 'session "tea" ended: written out' });
});

describe("a snapshot", () => {
  const take = () => takeSnapshot({ step: "take-snapshot", name: "tonight" });

  it("is of the one volume, and says whose it is", async () => {
    expect(await take()).toMatchObject({ outcome: "taken", snapshot: "snap-new" });
    expect(ec2.commandCalls(CreateSnapshotCommand)[0]?.args[0].input).toMatchObject({
      VolumeId: "vol-1",
      TagSpecifications: [
        {
          ResourceType: "snapshot",
          Tags: [
            { Key: "moonbase:stage", Value: "moonbase" },
            { Key: "moonbase:volume", Value: "backup-target" },
            { Key: "moonbase:execution", Value: "tonight" },
            { Key: "Name", Value: "moonbase-backup-target" },
          ],
        },
      ],
    });
  });

  it("is taken once, although the reply to the first attempt was lost", async () => {
    snapshotsAre({ SnapshotId: "snap-first", Tags: [{ Key: "moonbase:execution", Value: "tonight" }] });
    expect(await take()).toMatchObject({ outcome: "taken", snapshot: "snap-first" });
    expect(ec2.commandCalls(CreateSnapshotCommand)).toHaveLength(0);
  });

  it("is not taken of nothing, nor of one of two", async () => {
    volumesAre();
    expect(await take()).toMatchObject({ outcome: "nothing" });
    volumesAre(volume(), volume({ VolumeId: "vol-2" }));
    expect(await take()).toMatchObject({
      outcome: "refused",
      message: expect.stringMatching(/vol-1.*vol-2/),
    });
    expect(ec2.commandCalls(CreateSnapshotCommand)).toHaveLength(0);
  });

  it.each([
    ["completed", "completed"],
    ["pending", "pending"],
    ["error", "failed"],
    [undefined, "pending"],
  ])("that is %s is %s", async (State, outcome) => {
    snapshotsAre(...(State === undefined ? [] : [{ SnapshotId: "snap-new", State }]));
    expect((await watchSnapshot({ step: "watch-snapshot", snapshot: "snap-new" })).outcome).toBe(outcome);
  });
});

describe("retention", () => {
  const kept = (id: string, minutes: number, state = "completed"): KeptSnapshot => ({
    ...{ id, state, volume: "vol-1", progress: "", execution: "tonight" },
    startedAt: minutesAfter(minutes),
  });
  const newest = (snapshots: KeptSnapshot[]) =>
    snapshots.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime())[0]?.id ?? "";
  const ids = (snapshots: KeptSnapshot[], keep: number, taken = newest(snapshots)) =>
    tooMany(snapshots, keep, taken).map(({ id }) => id);

  it("leaves alone what is of another volume, and what somebody took by hand", () => {
    const others = [
      { ...kept("replaced", 1), volume: "vol-0" },
      { ...kept("by-hand", 2), execution: undefined },
    ];
    expect(ids([...others, kept("a", 3), kept("b", 4)], 1)).toEqual(["a"]);
  });

  it("keeps the newest, in whatever order they are listed", () => {
    expect(ids([kept("b", 2), kept("d", 4), kept("a", 1), kept("c", 3)], 2)).toEqual(["b", "a"]);
  });

  it("keeps the one just taken, though others say that they are of the same moment", () => {
    expect(ids([kept("b", 1), kept("c", 1), kept("a", 1)], 1, "a")).toEqual(["b", "c"]);
  });

  it("counts only whole ones, and leaves alone what is being taken", () => {
    expect(ids([kept("a", 1), kept("b", 2), kept("c", 3, "pending"), kept("d", 4, "pending")], 2)).toEqual(
      [],
    );
  });

  it("takes failed ones away, unless there is nothing else", () => {
    expect(ids([kept("a", 1), kept("b", 2, "error")], 2)).toEqual(["b"]);
    expect(ids([kept("b", 2, "error")], 2)).toEqual([]);
  });

  it("never takes the last one away", () => {
    expect(ids([kept("a", 1)], 0)).toEqual([]);
  });

  it("deletes what is too many, and takes what is gone already for deleted", async () => {
    snapshotsAre(
      ...["a", "b", "c", "d"].map((id, index) => ({
        ...{
          SnapshotId: `snap-${id}`,
          State: "completed",
          StartTime: minutesAfter(index),
          VolumeId: "vol-1",
        },
        Tags: [{ Key: "moonbase:execution", Value: "tonight" }],
      })),
    );
    ec2.on(DeleteSnapshotCommand).resolvesOnce({}).rejects(named("InvalidSnapshot.NotFound"));
    expect(await close({ step: "close", session: "tea", snapshot: "snap-d", growth: "none" })).toEqual({
      ...{ session: "tea", snapshot: "snap-d", growth: "none", deleted: ["snap-b", "snap-a"] },
      message: "snapshot snap-d is whole, 2 older ones were deleted",
    });
  });
});

describe("growth", () => {
  it("is to what is configured", async () => {
    expect(await grow()).toEqual({ outcome: "grown", message: "volume vol-1 grows from 100 to 200 GiB" });
    expect(ec2.commandCalls(ModifyVolumeCommand)[0]?.args[0].input).toEqual({ VolumeId: "vol-1", Size: 200 });
  });

  it.each([200, 300])("is none of a volume of %d GiB", async (Size) => {
    volumesAre(volume({ Size }));
    expect((await grow()).outcome).toBe("as-it-is");
    expect(ec2.commandCalls(ModifyVolumeCommand)).toHaveLength(0);
  });

  it("waits for AWS's six hours, and takes any other refusal for one", async () => {
    ec2.on(ModifyVolumeCommand).rejects(named("VolumeModificationRateExceeded"));
    expect((await grow()).outcome).toBe("not-now");
    ec2.on(ModifyVolumeCommand).rejects(named("UnauthorizedOperation"));
    await expect(grow()).rejects.toThrow("UnauthorizedOperation");
  });
});

it("what went wrong is told, with the place to look at", async () => {
  const error = { Error: "States.TaskFailed", Cause: "no capacity" };
  await reportFailure({ step: "report-failure", execution, story: { error } });
  const { Message = "" } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
  expect(Message).toContain("no capacity");
  expect(Message).toContain(execution);
  const copied = { outcome: "failed", message: "snapshot snap-1 is error" };
  expect(await reportFailure({ step: "report-failure", execution, story: { copied } })).toEqual({
    message: "snapshot snap-1 is error",
  });
});
