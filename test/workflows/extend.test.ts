import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import {
  call,
  engine,
  eventually,
  gone,
  recordOf,
  sendUndertaker,
  statesOf,
  turnClock,
  undertakerOf,
  withDoor,
} from "./session.ts";

const { clients, stage } = engine;
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000);

async function ready(name: string): Promise<string> {
  const session = newSession(name);
  const launch = await engine.launch(session, { ...withDoor, maximumRuntimeMinutes: 60 });
  expect((await engine.waitFor(launch)).status).toBe("SUCCEEDED");
  return session;
}

const expiryOf = async (session: string) => Date.parse(String((await recordOf(session))?.expiresAt));
const minutesOf = async (session: string) =>
  ((await expiryOf(session)) - Date.parse(String((await recordOf(session))?.requestedAt))) / 60_000;

/** US dollars that live sessions may still cost; a ten-thousandth is the finest that is counted. */
async function committed(): Promise<number> {
  const { Item } = await clients.table.send(
    new GetCommand({ TableName: `${stage}-sessions`, Key: { id: "#live" } }),
  );
  return Math.round(Number(Item?.committed ?? 0) * 10_000) / 10_000;
}

const extended = async (session: string, asked: object) =>
  engine.waitFor(await engine.extend(session, asked));

describe("a session of an hour", () => {
  let session: string;
  let before: number;

  beforeAll(async () => {
    before = await committed();
    session = await ready("longer");
  });
  afterAll(async () => {
    await engine.waitFor(await engine.teardown(session));
    await gone(session);
    expect(await committed(), "what was committed is given back, the extensions' part too").toBe(before);
  });

  it("gets an hour more, and is held for a while: the answer says until when", async () => {
    const execution = await engine.extend(session, { extendMinutes: 60, holdMinutes: 30 });
    const { status, output } = await engine.waitFor(execution);
    expect(status).toBe("SUCCEEDED");
    const record = await recordOf(session);
    expect(JSON.parse(output ?? "")).toEqual({
      session,
      expiresAt: record?.expiresAt,
      heldUntil: record?.heldUntil,
      message: `session "${session}" ends at ${record?.expiresAt} and is held until ${record?.heldUntil}`,
    });
    expect(await minutesOf(session)).toBe(120);
    expect(await statesOf(clients, execution)).toEqual(["Extend", "JudgeExtension", "Answer"]);
  });

  it("has the dollars of its longer life committed", async () => {
    expect(await committed()).toBeCloseTo(before + Number((await recordOf(session))?.estimate), 4);
  });

  it("is released again, and the answer has no hold", async () => {
    const { output } = await extended(session, { holdMinutes: 0 });
    expect(JSON.parse(output ?? "")).toMatchObject({ heldUntil: null });
    expect(await recordOf(session)).not.toHaveProperty("heldUntil");
  });

  it("is extended once by a step that runs twice", async () => {
    const event = { step: "extend", execution: `${session}-twice`, input: { session, extendMinutes: 10 } };
    const first = await call("extend", event);
    expect(first).toMatchObject({ outcome: "extended" });
    expect(await call("extend", event)).toEqual(first);
    expect(await minutesOf(session)).toBe(130);
  });

  it("is extended by both of two that come at once", async () => {
    const both = await Promise.all([1, 2].map(() => extended(session, { extendMinutes: 10 })));
    expect(both.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
    expect(await minutesOf(session)).toBe(150);
  });

  it("does not get more than its blueprint allows", async () => {
    expect(await extended(session, { extendMinutes: 571 })).toMatchObject({
      status: "FAILED",
      error: "Refused",
      cause: expect.stringMatching(/^extendMinutes: 571 is not accepted \(allowed: 1 to 570 minutes; /),
    });
  });
});

it.each([
  ["nothing to do", {}, /^extendMinutes: missing/],
  ["an unknown session", { extendMinutes: 5 }, /^session: ".*" is not known here/],
])("%s is refused, by field", async (_, asked, message) => {
  const execution = await engine.extend(newSession("nobody"), asked);
  expect(await engine.waitFor(execution)).toMatchObject({
    error: "Refused",
    cause: expect.stringMatching(message),
  });
  expect(await statesOf(clients, execution)).toEqual(["Extend", "JudgeExtension", "Refuse"]);
});

it("an extended session outlives its first end, and is ended at its second", async () => {
  const session = await ready("twice");
  expect((await extended(session, { extendMinutes: 60 })).status).toBe("SUCCEEDED");
  // An hour later: the undertaker comes at the time that it was hired for.
  await turnClock(session, "expiresAt", minutesFromNow(60));
  const second = await expiryOf(session);
  await sendUndertaker(session);
  await eventually(async () => {
    expect(await undertakerOf(session)).toMatchObject({
      ScheduleExpression: "rate(10 minutes)",
      // Ten minutes before, to say so.
      StartDate: new Date(second - 10 * 60_000),
    });
  }, 60);
  expect(await recordOf(session)).toMatchObject({ status: "ready" });

  await turnClock(session, "expiresAt", minutesFromNow(-1));
  // The engine's scheduler fires a schedule of one name once: what it would say is said for it.
  const { Target } = await undertakerOf(session);
  await call("react", JSON.parse(Target?.Input ?? ""));
  expect(await gone(session)).toMatchObject({ reason: "expired" });
});

it("an extension and a teardown at once: the session is gone, and the books agree", async () => {
  const before = await committed();
  const session = await ready("contest");
  const [longer, teardown] = await Promise.all([
    engine.extend(session, { extendMinutes: 60 }),
    engine.teardown(session),
  ]);
  const { status, cause } = await engine.waitFor(longer);
  if (status !== "SUCCEEDED") expect(cause).toMatch(/is being ended|has ended/);
  expect((await engine.waitFor(teardown)).status).toBe("SUCCEEDED");
  await gone(session);
  expect(await committed()).toBe(before);
  expect(await extended(session, { extendMinutes: 5 })).toMatchObject({
    error: "Refused",
    cause: `session "${session}" has ended (operator); launch another one`,
  });
});
