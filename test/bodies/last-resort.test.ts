import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { afterAll, expect, it } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { account, region } from "../../local/environment.ts";
import { newSession } from "../local/engine.ts";
import { engine, eventually, gone, turnClock } from "../workflows/session.ts";
import { setEnvironment } from "./endings.ts";
import { Laptop, launchReady } from "./login.ts";
import { tagOf } from "./tags.ts";

const { clients, stage } = engine;
const laptop = new Laptop();
afterAll(() => laptop.remove());
const Bucket = namesOf(stage).backupBucket(account, region);

async function snapshots(): Promise<string[]> {
  const listing = { Bucket, Prefix: "devbox/snapshots/" };
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command(listing));
  return Contents.flatMap(({ Key }) => Key ?? []);
}

it("an idle devbox that nobody answers saves its home and powers itself off", {
  timeout: 300_000,
}, async () => {
  const session = newSession("deaf");
  const machine = await launchReady(session, { ...laptop.input, blueprint: "devbox" });
  // React takes the machine for one that is hardly ready, and so for one that cannot be idle: it never answers.
  await turnClock(session, "readyAt", new Date(Date.now() + 3_600_000));
  expect((await laptop.ssh(machine, "echo work >work")).code).toBe(0);
  await laptop.ssh(
    machine,
    "sudo systemctl disable --now moonbase-backup.timer; sudo systemctl stop moonbase-backup.service",
  );
  const before = await snapshots();
  await setEnvironment(laptop, machine, "moonbase-idle.service", {
    ...{ MOONBASE_IDLE_LOOK_SECONDS: 1, MOONBASE_IDLE_SECONDS: 2, MOONBASE_IDLE_REPEAT_SECONDS: 1 },
    MOONBASE_LAST_RESORT_SECONDS: 5,
    // The load is that of the computer on which the test runs, and whatever it writes into the journal is traffic.
    ...{ MOONBASE_IDLE_LOAD_HUNDREDTHS: 10_000_000, MOONBASE_IDLE_BYTES: 1_000_000_000 },
    MOONBASE_IDLE_TERMINAL_MINUTES: 0,
  });
  await eventually(async () => expect(await tagOf(session, tagKeys.asks)).toMatch(/^idle: no login - /), 60);
  expect(await gone(session, 120)).toMatchObject({ reason: "machine-gone" });
  expect(await tagOf(session, tagKeys.phase)).toMatch(/^ended itself: idle {1,2}saved/);
  expect((await snapshots()).length).toBeGreaterThan(before.length);
});
