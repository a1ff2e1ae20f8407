import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, gone, machinesOf, sendUndertaker, turnClock, withDoor } from "./session.ts";

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

it("a machine that ends by itself has its session cleaned up", async () => {
  const session = await ready("died");
  const InstanceIds = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  expect(await gone(session)).toMatchObject({ reason: "machine-gone" });
});
