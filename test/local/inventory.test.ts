import { expect, test } from "vitest";
import { throwAwayPublicKey } from "../../local/session/key.ts";
import { newSession, sharedEngine } from "./engine.ts";

const { launch, teardown, waitFor, left } = sharedEngine();

test("the inventory finds every kind of thing that a session has, and none after teardown", async () => {
  const session = newSession("inventory");
  const input = { blueprint: "admin", publicKey: throwAwayPublicKey(), sourceCidr: "203.0.113.9/32" };
  expect(await waitFor(await launch(session, input))).toMatchObject({ status: "SUCCEEDED" });
  const kinds = (await left(session)).map((found) => found.replace(/ \S+$/, ""));
  expect(kinds.toSorted()).toEqual([
    "alarm",
    "machine",
    "network interface",
    "parameter",
    "schedule",
    "security group",
    "volume",
  ]);
  expect(await left(session.slice(0, -1))).toEqual([]);
  expect(await waitFor(await teardown(session))).toMatchObject({ status: "SUCCEEDED" });
  expect(await left(session)).toEqual([]);
});
