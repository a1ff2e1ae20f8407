import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTagsCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { call, engine, gone, machinesOf, recordOf, sendUndertaker, turnClock, withDoor } from "./session.ts";

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

it("an idle alarm ends a session that has long been ready", async () => {
  const session = await ready("idle");
  await turnClock(session, "readyAt", hourAgo());
  await clients.cloudWatch.send(
    new SetAlarmStateCommand({
      AlarmName: `${stage}/${session}/idle`,
      StateValue: "ALARM",
      StateReason: "test",
    }),
  );
  expect(await gone(session)).toMatchObject({ reason: "idle" });
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
