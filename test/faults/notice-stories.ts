import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { call, engine, recordOf, turnClock } from "../workflows/session.ts";
import type { Ending } from "./endings.ts";
import { appointment, over, proxy } from "./scene.ts";

const { clients, stage } = engine;

/** An idle network: the operator has notice, and at its end the facts are looked at again before the session ends. */
export async function tellIdleness(session: string): Promise<Ending> {
  await turnClock(session, "readyAt", new Date(Date.now() - 3_600_000));
  const alarmName = `${stage}/${session}/idle`;
  await clients.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName: alarmName, StateValue: "ALARM", StateReason: "test" }),
  );
  const alarm = {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    detail: { alarmName, state: { value: "ALARM" } },
  };
  // EventBridge asks again when react fails; the sweep, when it has not failed and done nothing.
  await call("react", alarm).catch(() => undefined);
  if ((await recordOf(session))?.notice === undefined) await proxy.lift(session);
  await call("react", alarm).catch(() => proxy.lift(session).then(() => call("react", alarm)));
  expect(await recordOf(session)).toMatchObject({ status: "ready", notice: { reason: "idle" } });
  await noticeIsOver(session);
  await appointment(session).catch(() => proxy.lift(session).then(() => appointment(session)));
  await over(session, 60, async () => {
    await proxy.lift(session);
    await noticeIsOver(session);
    await appointment(session);
  });
  expect(await recordOf(session)).toMatchObject({ reason: "idle" });
  return "gone";
}

/** The time of a notice is over, if there is one. */
const noticeIsOver = (session: string) =>
  clients.table
    .send(
      new UpdateCommand({
        TableName: `${stage}-sessions`,
        Key: { id: session },
        UpdateExpression: "SET notice.endsAt = :past",
        ExpressionAttributeValues: { ":past": new Date(0).toISOString() },
      }),
    )
    .catch(() => undefined);
