import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it, vi } from "vitest";
import { makeContext } from "../../../cli/context.ts";
import { isLive } from "../../../cli/session/stay.ts";
import { claimedBy, now, session } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
beforeEach(() => {
  vi.useFakeTimers({ now });
  table.reset();
});

it.each([
  ["is ready", session({ status: "ready" }), true],
  ["is being torn down", session({ status: "ready", claim: claimedBy("me") }), false],
  [
    "is kept, its teardown over",
    session({ status: "ready", claim: { ...claimedBy("me"), expiresAt: new Date(0).toISOString() } }),
    true,
  ],
  ["has ended", session({ status: "ended" }), false],
])("a session that %s: a lost connection is tried again or not", async (_, Item, expected) => {
  table.on(GetCommand).resolves({ Item });
  expect(await isLive(makeContext({}), "tea")).toBe(expected);
});

it("a network that is away takes AWS along, and says nothing about the session", async () => {
  table.on(GetCommand).rejects(new Error("ENOTFOUND"));
  expect(await isLive(makeContext({}), "tea")).toBe(true);
});
