import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { expect, it, onTestFinished } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { account, region } from "../../local/environment.ts";
import { addTo, contentsOf, makeHome, remove } from "../restic/home.ts";
import { Restic } from "../restic/restic.ts";
import { engine, gone, machinesOf } from "../workflows/session.ts";
import { tracesOf } from "./traces.ts";

const { clients, endpoints, stage } = engine;
const names = namesOf(stage);

async function password(): Promise<string> {
  const Name = names.devserverParameter("restic/password");
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  return Parameter?.Value ?? "";
}

/** The appointment is now: the schedule as it is deployed, but for its time. */
async function appointmentIsDue(): Promise<void> {
  const which = { GroupName: names.scheduleGroup, Name: names.retentionSchedule };
  const { Target, FlexibleTimeWindow, ScheduleExpression } = await clients.scheduler.send(
    new GetScheduleCommand(which),
  );
  expect(ScheduleExpression).toBe("cron(0 4-7 ? * SUN *)");
  const put = (expression: string) =>
    clients.scheduler.send(
      new UpdateScheduleCommand({ ...which, Target, FlexibleTimeWindow, ScheduleExpression: expression }),
    );
  onTestFinished(() => void put(ScheduleExpression ?? ""));
  await put(`at(${new Date(Date.now() + 1000).toISOString().slice(0, 19)})`);
}

it("when its appointment comes, a machine removes old backups by itself, says so, and nothing of it is left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-retention-story-"));
  onTestFinished(() => void remove(folder));
  const home = join(folder, "home");
  makeHome(home, 2);
  const bucket = names.backupBucket(account, region);
  const restic = new Restic(folder, endpoints.serverless, { bucket, password: await password() });
  if ((await restic.try("cat", "config")).code !== 0) await restic.run("init");
  const backups = async (day: string, minutes: number[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const minute of minutes) {
      addTo(home, 1);
      ids.push(await restic.backupAt(home, `${day} 10:${minute}:00`));
    }
    return ids;
  };
  // Of one hour, the last backup stays; of all, the six last ones.
  const old = await backups("2026-01-01", [10, 20, 30]);
  const recent = await backups("2026-01-02", [10, 20, 30, 40, 50, 59]);
  const before = await restic.snapshots();

  await appointmentIsDue();
  const session = `retention-${new Date().toISOString().slice(0, 10)}`;
  const record = await gone(session, 100);
  const counts = `removed 2 of ${before.length} backups - kept ${before.length - 2} - freed `;
  expect(record).toMatchObject({
    blueprint: "retention",
    requestedBy: "the schedule retention",
    reason: "work-done",
    work: expect.stringMatching(
      new RegExp(`^${counts}.* - read part \\d+/13 of the data and found it good$`),
    ),
  });
  for (const { InstanceId = "" } of await machinesOf(session)) {
    await expect.poll(() => tracesOf(InstanceId), { timeout: 20_000 }).toEqual([]);
  }

  const left = await restic.snapshots();
  expect(left).toEqual(before.filter((id) => !old.slice(0, 2).includes(id)));
  const target = join(folder, "restored");
  await restic.run("restore", recent.at(-1) ?? "", "--target", target, "--verify");
  expect(contentsOf(target)).toEqual(contentsOf(home));
});
