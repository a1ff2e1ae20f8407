import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { CreateTagsCommand, DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { announce } from "../../../functions/launch/announce.ts";
import { eventDetails } from "../../../functions/session/event-details.ts";
import { listenToMetrics } from "../fixture/metrics.ts";
import { claimedBy, machine, minutesAfter, session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const ec2 = mockClient(EC2Client);
const bus = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);
const ready = { hostKey: "ssh-ed25519 AAAA", phases: [] };
const run = () => announce({ step: "announce", session: "tea", ready });
const refused = new ConditionalCheckFailedException({ message: "", $metadata: {} });
let metrics: ReturnType<typeof listenToMetrics>;

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now: minutesAfter(1) });
  for (const client of [table, ec2, bus, sns]) client.reset();
  table.on(GetCommand).resolves({ Item: session({ machine, requestedBy: "me@laptop" }) });
  table.on(UpdateCommand).resolves({});
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [{ Instances: [{ InstanceId: machine.instanceId, PublicIpAddress: "203.0.113.9" }] }],
  });
  ec2.on(CreateTagsCommand).resolves({});
  bus.on(PutEventsCommand).resolves({});
  sns.on(PublishCommand).resolves({});
  metrics = listenToMetrics();
});
afterEach(() => void vi.restoreAllMocks());

const details = () =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? [])
    .map(({ Detail }) => eventDetails.ready.parse(JSON.parse(Detail ?? "")));

it("tells that the machine is ready, to whom, and how long it took", async () => {
  await run();
  expect(details()).toMatchObject([{ session: "tea", secondsToReady: 60, requestedBy: "me@laptop" }]);
  expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.Message).toContain("after 60 seconds");
});

it("sends no mail of a machine that lets nobody in", async () => {
  table.on(GetCommand).resolves({ Item: session({ machine, blueprint: "retention" }) });
  await run();
  expect(details()).toMatchObject([{ session: "tea", blueprint: "retention" }]);
  expect(sns.commandCalls(PublishCommand)).toEqual([]);
});

it("counts the launch and its time when it writes that it is ready", async () => {
  await run();
  expect(metrics().map(({ values }) => values)).toEqual([{ LaunchesReady: 1, TimeToReady: 60 }]);
});

it("run again, neither counts nor tells once more", async () => {
  table.on(UpdateCommand).rejects(refused);
  const told = session({ machine, status: "ready", readyAt: minutesAfter(0.5).toISOString(), told: "ready" });
  table.on(GetCommand).resolves({ Item: told });
  await run();
  expect(metrics()).toEqual([]);
  expect(details()).toEqual([]);
});

it("counts no launch whose end has begun", async () => {
  table.on(UpdateCommand).rejects(refused);
  table.on(GetCommand).resolves({ Item: session({ machine, claim: claimedBy("me") }) });
  await expect(run()).rejects.toThrow("was ended while it was launching");
  expect(metrics()).toEqual([]);
});
