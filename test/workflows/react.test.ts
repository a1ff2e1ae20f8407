import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTagsCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { z } from "zod";
import { newSession } from "../local/engine.ts";
import {
  call,
  engine,
  eventually,
  gone,
  machinesOf,
  recordOf,
  sendUndertaker,
  turnClock,
  undertakerOf,
  withDoor,
} from "./session.ts";

const { clients, stage } = engine;
const hourAgo = () => new Date(Date.now() - 3_600_000);

async function ready(name: string): Promise<string> {
  const session = newSession(name);
  expect((await engine.waitFor(await engine.launch(session, withDoor))).status).toBe("SUCCEEDED");
  return session;
}

it("the undertaker ends a session whose time is over", async () => {
  const session = await ready("expired");
  await turnClock(session, "expiresAt", hourAgo());
  await sendUndertaker(session);
  expect(await gone(session, 60)).toMatchObject({ reason: "expired" });
});

/** What the undertaker says when it comes: the engine's scheduler fires a schedule of one name once. */
async function undertakerComes(session: string): Promise<void> {
  const { Target } = await undertakerOf(session);
  await call("react", JSON.parse(Target?.Input ?? ""));
}

const tagOf = async (session: string, key: string) =>
  (await machinesOf(session))[0]?.Tags?.find((tag) => tag.Key === key)?.Value;

/** The time of a notice is over. */
async function noticeIsOver(session: string): Promise<void> {
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: session },
      UpdateExpression: "SET notice.endsAt = :past",
      ExpressionAttributeValues: { ":past": hourAgo().toISOString() },
    }),
  );
}

it("an idle alarm gives notice to a session that has long been ready; at its end, the session ends", async () => {
  const session = await ready("idle");
  await turnClock(session, "readyAt", hourAgo());
  await clients.cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: `${stage}/${session}/idle`,
      StateValue: "ALARM",
      StateReason: "test",
    }),
  );
  const { notice } = await eventually(async () => {
    const record = z.object({ notice: z.object({ endsAt: z.string(), told: z.literal(true) }) });
    return record.parse(await recordOf(session));
  });
  expect(await tagOf(session, "moonbase:tells")).toContain(`ends at ${notice.endsAt} because it is idle`);
  expect((await undertakerOf(session)).StartDate).toEqual(new Date(notice.endsAt));

  await undertakerComes(session);
  expect(await recordOf(session), "before its time").toMatchObject({ status: "ready", generation: 0 });
  await noticeIsOver(session);
  await undertakerComes(session);
  expect(await gone(session)).toMatchObject({ reason: "idle" });
});

it("a notice is taken back when somebody is logged in at its end, or the operator extends the session", async () => {
  const session = await ready("noticed");
  await turnClock(session, "readyAt", hourAgo());
  const alarm = {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    detail: { alarmName: `${stage}/${session}/idle`, state: { value: "ALARM" } },
  };
  await call("react", alarm);
  expect(await recordOf(session)).toMatchObject({ notice: { reason: "idle", told: true } });
  const Resources = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  const logins = (Value: string) =>
    clients.ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: "moonbase:logins", Value }] }));
  await logins("open");
  await noticeIsOver(session);
  await undertakerComes(session);
  expect(await recordOf(session)).not.toHaveProperty("notice");
  expect(await tagOf(session, "moonbase:tells")).toContain("goes on");
  const expiresAt = Date.parse(String((await recordOf(session))?.expiresAt));
  expect((await undertakerOf(session)).StartDate).toEqual(new Date(expiresAt - 10 * 60_000));

  await logins("none");
  await call("react", alarm);
  expect(await recordOf(session)).toHaveProperty("notice");
  const longer = await engine.waitFor(await engine.extend(session, { extendMinutes: 10 }));
  expect(longer.status).toBe("SUCCEEDED");
  expect(await recordOf(session)).not.toHaveProperty("notice");
  await undertakerComes(session);
  expect(await recordOf(session)).toMatchObject({ status: "ready", generation: 0 });
  await engine.waitFor(await engine.teardown(session));
});

it("a machine that spot takes away is told so, and its session ends as interrupted", async () => {
  const session = await ready("spot");
  const [machine] = await machinesOf(session);
  await call("react", {
    source: "aws.ec2",
    "detail-type": "EC2 Spot Instance Interruption Warning",
    time: new Date().toISOString(),
    detail: { "instance-id": machine?.InstanceId, "instance-action": "terminate" },
  });
  expect(await tagOf(session, "moonbase:tells")).toMatch(/^Spot takes this machine away at /);
  await eventually(async () => expect(await recordOf(session)).toMatchObject({ reason: "interrupted" }));
  expect((await machinesOf(session))[0]?.State?.Name, "until spot takes it").toBe("running");
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [machine?.InstanceId ?? ""] }));
  expect(await gone(session)).toMatchObject({ reason: "interrupted", interruptedAt: expect.any(String) });
});

it("a machine whose last ssh session was closed ends its session, by its tag, unless it is held", async () => {
  const session = await ready("logout");
  await turnClock(session, "readyAt", hourAgo());
  const machineIds = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  const words = { source: "moonbase.machine", "detail-type": "machine asks for its end" };
  const detail = { "instance-id": machineIds[0], session };
  const hold = async (holdMinutes: number) =>
    expect(await engine.waitFor(await engine.extend(session, { holdMinutes }))).toMatchObject({
      status: "SUCCEEDED",
    });

  await call("react", { ...words, detail });
  expect(await recordOf(session), "an event without the tag").not.toHaveProperty("claim");

  const Tags = [{ Key: "moonbase:asks", Value: "logged-out" }];
  await clients.ec2.send(new CreateTagsCommand({ Resources: machineIds, Tags }));
  await hold(30);
  await call("react", { ...words, detail });
  expect(await recordOf(session), "held").toMatchObject({ status: "ready", generation: 0 });
  const begun = await engine.waitFor(await engine.teardown(session, { session, reason: "idle" }));
  expect(begun.cause, "an end that was begun before the hold").toMatch(
    /is held until .*; idle does not end it/,
  );

  await hold(0);
  const { FailedEntryCount } = await clients.events.send(
    new PutEventsCommand({
      Entries: [{ Source: words.source, DetailType: words["detail-type"], Detail: JSON.stringify(detail) }],
    }),
  );
  expect(FailedEntryCount).toBe(0);
  expect(await gone(session)).toMatchObject({ reason: "logged-out" });
});

it("a machine that ends by itself has its session cleaned up", async () => {
  const session = await ready("died");
  const InstanceIds = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  expect(await gone(session)).toMatchObject({ reason: "machine-gone" });
});
