import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect, it, onTestFinished } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { call, engine, eventually, recordOf } from "./session.ts";

const { clients, stage } = engine;
const names = namesOf(stage);

/** What the schedule as it is deployed sends to react, at that time. */
async function appointmentAt(scheduledTime: string): Promise<object> {
  const { Target, ScheduleExpression } = await clients.scheduler.send(
    new GetScheduleCommand({ GroupName: names.scheduleGroup, Name: names.retentionSchedule }),
  );
  expect(ScheduleExpression).toBe("cron(0 4-7 ? * SUN *)");
  return JSON.parse((Target?.Input ?? "").replace("<aws.scheduler.scheduled-time>", scheduledTime));
}

it("an appointment to remove old backups, however often it comes, launches one machine for its day", async () => {
  const session = "retention-2026-11-22";
  // Its machine is no real one here, and has no restic: what it does then is in the tests of its scripts.
  onTestFinished(async () => {
    await engine.waitFor(await engine.teardown(session));
    expect(await engine.left(session)).toEqual([]);
  });
  // The last of the four, which waits for nobody's box.
  for (let times = 0; times < 2; times += 1) await call("react", await appointmentAt("2026-11-22T07:00:00Z"));
  const record = await eventually(async () => {
    const found = await recordOf(session);
    expect(found?.readyAt ?? found?.endBegunAt, "it was launched").toBeDefined();
    return found;
  }, 60);
  expect(record).toMatchObject({ blueprint: "retention", requestedBy: "the schedule retention" });
});
