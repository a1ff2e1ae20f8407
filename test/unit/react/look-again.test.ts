import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { lookAgainEvent } from "../../../functions/react/events/look-again.ts";
import type { LookAgainAbout } from "../../../functions/session/asks.ts";
import { claimedBy, machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const cloudwatch = mockClient(CloudWatchClient);
const table = mockClient(DynamoDBDocumentClient);
const ready = session({ status: "ready", readyAt: now.toISOString(), machine });
const later = minutesAfter(60);

const event = (about: LookAgainAbout, stage = "moonbase") => ({
  source: "moonbase.sweep",
  "detail-type": "look again",
  detail: { stage, session: "tea", about },
});
const decide = async (about: LookAgainAbout, at = later, stage = "moonbase") =>
  (await lookAgainEvent.react(event(about, stage), at))[0];
const tagged = (asks: string) =>
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [
      { Instances: [{ InstanceId: machine.instanceId, Tags: [{ Key: "moonbase:asks", Value: asks }] }] },
    ],
  });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  ec2.reset();
  table.reset();
  table.on(GetCommand).resolves({ Item: ready });
});

describe("asked again by the sweep", () => {
  it("about an idle network: as when the alarm told", async () => {
    tagged("nothing");
    expect(await decide("idle")).toMatchObject({ action: "warn", notice: { reason: "idle" } });
    expect(await decide("idle", minutesAfter(5))).toMatchObject({ action: "nothing" });
    table.on(GetCommand).resolves({ Item: { ...ready, heldUntil: minutesAfter(90).toISOString() } });
    expect(await decide("idle")).toMatchObject({
      action: "nothing",
      reason: expect.stringContaining("held"),
    });
  });

  it("about a machine that asks: by the tag that it bears now", async () => {
    tagged("logged-out");
    expect(await decide("asks")).toMatchObject({ action: "tear-down", endReason: "logged-out" });
    tagged("nothing");
    expect(await decide("asks")).toMatchObject({ action: "nothing" });
    ec2.on(DescribeInstancesCommand).resolves({});
    expect(await decide("asks")).toMatchObject({ action: "nothing" });
  });

  it("about a machine that is kept: its end is begun again, when the undertaker has had its turn", async () => {
    const claim = { ...claimedBy(teardownArn(3)), expiresAt: new Date(0).toISOString() };
    const kept = { ...ready, reason: "expired", generation: 3, claim };
    tagged("nothing");
    table.on(GetCommand).resolves({ Item: kept });
    expect(await decide("kept", minutesAfter(67.9))).toMatchObject({ action: "nothing" });
    expect(await decide("kept", minutesAfter(68))).toMatchObject({
      ...{ action: "tear-down", endReason: "expired", generation: 3 },
    });
  });

  it("about a notice whose end nobody came for: the facts are looked at once more", async () => {
    tagged("nothing");
    const notice = {
      reason: "idle",
      toldAt: now.toISOString(),
      endsAt: minutesAfter(5).toISOString(),
      told: true,
    };
    table.on(GetCommand).resolves({ Item: { ...ready, notice } });
    cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ StateValue: "ALARM" }] });
    expect(await decide("notice")).toMatchObject({ action: "tear-down", endReason: "idle" });
    cloudwatch.on(DescribeAlarmsCommand).resolves({});
    expect(await decide("notice")).toMatchObject({ action: "withdraw" });
  });

  it("nothing, when another stage's sweep asks", async () => {
    expect(await decide("idle", later, "moonbase-2")).toMatchObject({ action: "nothing" });
    expect(table.commandCalls(GetCommand)).toHaveLength(0);
  });
});

it.each([
  ["no session", { ...event("idle").detail, session: "#live" }],
  ["nothing that is known", { ...event("idle").detail, about: "tea" }],
])("a question about %s is not understood", (_, detail) => {
  expect(lookAgainEvent.parse({ ...event("idle"), detail })).toBeUndefined();
});
