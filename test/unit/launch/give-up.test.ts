import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it, vi } from "vitest";
import { giveUp } from "../../../functions/launch/give-up.ts";
import { session, settings } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  table.reset();
  table.on(GetCommand).resolves({ Item: session({ generation: 4 }) });
});

it.each([
  [
    "what provision answered",
    { provision: { outcome: "no-capacity", message: "none" } },
    "no-capacity: none",
  ],
  [
    "what a function threw",
    { error: { Error: "Error", Cause: '{"errorMessage":"it broke","trace":[]}' } },
    "Error: it broke",
  ],
  [
    "what the machine said",
    { error: { Error: "MachineFailed", Cause: "booting: no" } },
    "MachineFailed: booting: no",
  ],
  ["a silent machine", { error: { Error: "States.Timeout" } }, "the machine did not report ready in time"],
  [
    "an error of Admit, which is the whole story",
    { Error: "Lambda.Unknown", Cause: "gone" },
    "Lambda.Unknown: gone",
  ],
])("says in one sentence %s", async (_, story, message) => {
  expect(await giveUp({ step: "give-up", session: "tea", story })).toEqual({
    teardownName: "tea-5",
    message,
  });
});

it("fits into what a teardown takes, however long the cause is", async () => {
  const story = { error: { Error: "E", Cause: "x".repeat(9000) } };
  expect((await giveUp({ step: "give-up", session: "tea", story })).message.length).toBeLessThanOrEqual(1000);
});
