import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { devices, register, revoke } from "../../../cli/commands/backup-target/devices.ts";
import { openWindow, snapshotVolume } from "../../../cli/commands/backup-target/window.ts";
import { makeContext } from "../../../cli/context.ts";
import { machine, now, publicKey, session } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const ssm = mockClient(SSMClient);
const stepFunctions = mockClient(SFNClient);
const table = mockClient(DynamoDBDocumentClient);
mockClient(STSClient)
  .on(GetCallerIdentityCommand)
  .resolves({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });

const folder = mkdtempSync(join(tmpdir(), "moonbase-keys-"));
const key = join(folder, "key.pub");
writeFileSync(key, `${publicKey}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

const shown: [value: unknown, text: string][] = [];
const context = () => {
  const made = makeContext({ json: true });
  const result = (value: unknown, text: string) => void shown.push([value, text]);
  return { ...made, screen: { ...made.screen, result } };
};
const started = () => {
  const { stateMachineArn = "", input = "" } =
    stepFunctions.commandCalls(StartExecutionCommand)[0]?.args[0].input ?? {};
  return { workflow: stateMachineArn.split(":").at(-1), input: JSON.parse(input) };
};
const endsWith = (output: object) =>
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "SUCCEEDED", output: JSON.stringify(output) });

beforeEach(() => {
  shown.length = 0;
  for (const mock of [ec2, ssm, stepFunctions, table]) mock.reset();
  stepFunctions.on(StartExecutionCommand).resolves({});
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
  endsWith({ name: "laptop", message: "device laptop is registered" });
});

describe("backup-target register and revoke", () => {
  it("ask the workflow for what was asked for, and no more", async () => {
    await register(context(), "laptop", { key, appendOnly: true, quota: 50 });
    expect(started()).toEqual({
      workflow: "moonbase-device",
      input: { action: "register", name: "laptop", publicKey, appendOnly: true, quotaGiB: 50 },
    });
    expect(shown[0]?.[1]).toContain(
      "device laptop is registered. A machine that is up hears of it within a minute.",
    );
  });

  it("take a key away by its name", async () => {
    await revoke(context(), "laptop", {});
    expect(started().input).toEqual({ action: "revoke", name: "laptop" });
  });

  it("tell what was refused, and a key that cannot be read before anything is asked", async () => {
    stepFunctions
      .on(DescribeExecutionCommand)
      .resolves({ status: "FAILED", error: "Refused", cause: "name: …" });
    await expect(revoke(context(), "X", {})).rejects.toMatchObject({
      complaint: { why: "name: …", ending: "refused" },
    });
    stepFunctions.resetHistory();
    expect(() => register(context(), "laptop", { key: join(folder, "none") })).toThrow(/none cannot be read/);
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  });

  it("only say it when that is asked for", async () => {
    await revoke(context(), "laptop", { dryRun: true });
    expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
    expect(shown[0]?.[0]).toMatchObject({ dryRun: true, workflow: "moonbase-device" });
  });
});

it("backup-target devices shows who is registered beside what was seen of them", async () => {
  const registered = {
    ...{ name: "laptop", publicKey, appendOnly: true, quotaGiB: 50 },
    ...{ registeredAt: now.toISOString(), revokedAt: null },
  };
  const seen = { name: "laptop", lastBackup: "2026-11-20T03:00:00Z", snapshots: 7, usedBytes: 2 ** 30 };
  ssm
    .on(GetParametersByPathCommand, { Path: "/moonbase/backup-target/devices" })
    .resolvesOnce({ Parameters: [{ Value: JSON.stringify(registered) }], NextToken: "more" })
    .resolves({
      Parameters: [
        { Value: JSON.stringify({ ...registered, name: "old", publicKey: null, quotaGiB: null }) },
      ],
    });
  ssm
    .on(GetParametersByPathCommand, { Path: "/moonbase/backup-target/seen" })
    .resolves({ Parameters: [{ Value: JSON.stringify(seen) }] });
  await devices(context());
  expect(shown[0]?.[0]).toEqual([
    { ...registered, seen },
    { ...registered, name: "old", publicKey: null, quotaGiB: null, seen: null },
  ]);
  expect(shown[0]?.[1].split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["DEVICE", "STATE", "MAY DELETE", "QUOTA", "LAST BACKUP", "SNAPSHOTS", "USED"],
    ["laptop", "registered", "no", "50 GiB", "2026-11-20T03:00:00Z", "7", "1.0 GiB"],
    ["old", "revoked", "no", "-", "-", "-", "-"],
  ]);
});

describe("backup-target window", () => {
  it("waits until a device can come, and says how to reach it and what to pin", async () => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
    stepFunctions.on(GetExecutionHistoryCommand).resolves({
      events: [
        {
          id: 1,
          type: "TaskStateEntered",
          timestamp: now,
          stateEnteredEventDetails: { name: "WatchWindow" },
        },
      ],
    });
    const hostKey = "ssh-ed25519 AAAA";
    const { publicKey: _, ...record } = session({
      ...{ id: "window-1", blueprint: "backup-target", status: "ready", machine },
      ...{ ready: { hostKey, phases: [] }, volume: { id: "vol-1", gib: 100 } },
    });
    table.on(GetCommand).resolves({ Item: { id: "#live", sessions: new Set(["window-1"]), committed: 1 } });
    table.on(BatchGetCommand).resolves({ Responses: { "moonbase-sessions": [record] } });
    ec2
      .on(DescribeInstancesCommand)
      .resolves({ Reservations: [{ Instances: [{ PublicIpAddress: "198.51.100.9" }] }] });
    await openWindow(context(), { minutes: 30, address: "203.0.113.7" });
    expect(started()).toMatchObject({
      workflow: "moonbase-backup-window",
      input: { minutes: 30, sourceCidr: "203.0.113.7/32" },
    });
    expect(shown[0]?.[0]).toMatchObject({
      session: "window-1",
      address: "198.51.100.9",
      user: "btrbk",
      hostKey,
      volume: "vol-1",
    });
  });

  it("goes back to a snapshot, in another zone", async () => {
    await openWindow(context(), { volumeSnapshot: "snap-01234567", zone: "us-east-1b", dryRun: true });
    expect(shown[0]?.[0]).toMatchObject({ input: { volumeSnapshot: "snap-01234567", zone: "us-east-1b" } });
  });

  it("is none for a snapshot of the volume as it is", async () => {
    endsWith({
      session: "",
      snapshot: "snap-1",
      deleted: [],
      growth: "volume vol-1 grows from 1 to 2 GiB",
      message: "snapshot snap-1 is whole",
    });
    await snapshotVolume(context(), {});
    expect(started().input).toEqual({ snapshotOnly: true });
    expect(shown[0]?.[1]).toBe("snapshot snap-1 is whole\nvolume vol-1 grows from 1 to 2 GiB");
  });
});
