import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it, vi } from "vitest";
import { eventDetails } from "../../../functions/session/event-details.ts";
import { announce } from "../../../functions/teardown/announce.ts";
import { machine, now, session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const bus = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);
const account = {
  ...{ session: "tea", reason: "idle", saved: "12 files" },
  ...{ hours: 1, cost: 0.0134, onDemandCost: 0.0267 },
};
const run = () => announce({ step: "announce", session: "tea", account });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  for (const client of [table, bus, sns]) client.reset();
  table.on(UpdateCommand).resolves({});
  bus.on(PutEventsCommand).resolves({});
  sns.on(PublishCommand).resolves({});
});

const details = () =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args }) => args[0].input.Entries ?? [])
    .map(({ Detail }) => eventDetails.ended.parse(JSON.parse(Detail ?? "")));

it("tells that nothing is left: why, what was saved and where it is, what it cost", async () => {
  const save = { outcome: "saved" as const, message: "12 files", id: "4f1c", at: now.toISOString() };
  table.on(GetCommand).resolves({ Item: session({ machine, save }) });
  await run();
  expect(details()).toEqual([
    {
      ...{ stage: "moonbase", blueprint: "admin", instanceId: machine.instanceId, instanceType: "t3.small" },
      ...{ zone: "us-east-1a", market: "spot", failure: null, work: null, saveId: "4f1c", ...account },
    },
  ]);
  expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
});

it("of a session without a record tells as much as there is", async () => {
  table.on(GetCommand).resolves({});
  await run();
  expect(details()).toMatchObject([{ session: "tea", blueprint: null, instanceId: null, saveId: null }]);
});

it("names nothing to restore from that nobody has found", async () => {
  const save = { outcome: "not-found" as const, message: "not there", id: "4f1c", at: now.toISOString() };
  table.on(GetCommand).resolves({ Item: session({ machine, save }) });
  await run();
  expect(details()).toMatchObject([{ saveId: null }]);
});

it("is told once", async () => {
  table.on(GetCommand).resolves({ Item: session({ told: "ended" }) });
  await run();
  expect(details()).toEqual([]);
});
