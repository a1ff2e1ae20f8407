import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, describe, expect, it } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { clientSettings } from "../../local/clients.ts";
import { account, region } from "../../local/environment.ts";
import { newSession } from "../local/engine.ts";
import {
  engine,
  eventually,
  gone,
  recordOf,
  reopenMonth,
  sendUndertaker,
  turnClock,
} from "../workflows/session.ts";
import { breakAllBut, lookOften } from "./endings.ts";
import { Laptop, launchReady } from "./login.ts";
import { tagOf } from "./tags.ts";

const { clients, stage } = engine;
const names = namesOf(stage);
// One for each session: a laptop trusts the host key of one machine at a time.
const laptops: Laptop[] = [];
afterAll(async () => {
  for (const laptop of laptops) laptop.remove();
  await reopenMonth();
});
const hourAgo = () => new Date(Date.now() - 3_600_000);

async function begin(what: string) {
  const session = newSession(what);
  const laptop = new Laptop();
  laptops.push(laptop);
  const machine = await launchReady(session, laptop.input);
  await turnClock(session, "readyAt", hourAgo());
  return { session, machine, laptop };
}

async function noticeOf(session: string, reason: string): Promise<void> {
  await eventually(async () =>
    expect(await recordOf(session)).toMatchObject({ notice: { reason, told: true } }),
  );
  await clients.table.send(
    new UpdateCommand({
      TableName: names.table,
      Key: { id: session },
      UpdateExpression: "SET notice.endsAt = :past",
      ExpressionAttributeValues: { ":past": hourAgo().toISOString() },
    }),
  );
}

describe.concurrent("a session ends by itself although every other way to end it is broken:", () => {
  it("its last ssh session is closed for two minutes", async () => {
    const { session, machine, laptop } = await begin("alone-logout");
    await breakAllBut("logout", { session, machine, laptop });
    await lookOften(laptop, machine, 2);
    const login = laptop.login(machine);
    await eventually(async () => expect(await tagOf(session, tagKeys.logins)).toBe("open"));
    await login.close();
    expect(await gone(session, 60)).toMatchObject({ reason: "logged-out" });
  });

  it("its network is idle: who is logged in reads it on the terminal; nobody is at the end of the notice", async () => {
    const { session, machine, laptop } = await begin("alone-idle");
    await breakAllBut("idle alarm", { session, machine, laptop });
    // The watch over logins is broken, so the machine does not say that somebody is on it.
    const login = laptop.login(machine);
    await eventually(async () => expect(login.shown).toContain("ubuntu@ip-"));
    const AlarmName = names.idleAlarm(session);
    await clients.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "an idle network" }),
    );
    await eventually(async () => expect(login.shown).toContain(`moonbase hold ${session} 60`));
    await login.close();
    await noticeOf(session, "idle");
    await sendUndertaker(session);
    expect(await gone(session, 60)).toMatchObject({ reason: "idle" });
  });

  it("its time is over", async () => {
    const { session, machine, laptop } = await begin("alone-expired");
    await breakAllBut("undertaker", { session, machine, laptop });
    await turnClock(session, "expiresAt", hourAgo());
    await sendUndertaker(session);
    expect(await gone(session, 60)).toMatchObject({ reason: "expired" });
  });
});

it("a session ends by the budget although every other way to end it is broken, and the month is over for others", async () => {
  const { session, machine, laptop } = await begin("alone-budget");
  await breakAllBut(undefined, { session, machine, laptop });
  const sns = new SNSClient(clientSettings(engine.endpoints.serverless));
  await sns.send(
    new PublishCommand({
      TopicArn: `arn:aws:sns:${region}:${account}:${names.budgetTopic}`,
      Subject: "AWS Budgets: it has been reached",
      Message: "nobody can parse this, so it is the worst",
    }),
  );
  await noticeOf(session, "budget");
  await sendUndertaker(session);
  expect(await gone(session, 60)).toMatchObject({ reason: "budget" });
  const next = await engine.waitFor(await engine.launch(newSession("broke"), laptop.input));
  expect(next.cause).toMatch(/budget/);
});
