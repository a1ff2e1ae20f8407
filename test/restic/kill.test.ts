import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Gate, type Moment } from "./gate.ts";
import { addTo, contentsOf, makeHome, remove } from "./home.ts";
import { Restic } from "./restic.ts";
import { S3Server } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "moonbase-restic-"));
const home = join(folder, "home");
// For each of both; more of them find nothing else on most days.
const moments = Number(process.env.MOONBASE_MOMENTS ?? 3);
let s3: S3Server;
let gate: Gate;
let restic: Restic;

beforeAll(async () => {
  s3 = await S3Server.start(folder);
  const opened = await Gate.open(s3.endpoint);
  gate = opened.gate;
  restic = new Restic(folder, opened.endpoint);
  await restic.run("init");
  makeHome(home, 24);
  expect(await restic.backup(home).ended()).toBe(0);
});
afterAll(async () => {
  gate.close();
  await s3.stop();
  remove(folder);
});

/** Of a backup with some nine megabytes of new work: its lock, packs, index and snapshot are uploads in turn. */
const momentsOfABackup = Array.from(
  { length: moments },
  (): Moment => ({ upload: 1 + Math.floor(Math.random() * 5), fraction: Math.random() }),
);

async function restored(snapshot: string): Promise<string[]> {
  const target = join(folder, "restored");
  await restic.run("restore", snapshot, "--target", target, "--verify");
  const contents = contentsOf(target);
  remove(target);
  return contents;
}

/** Nothing is wrong with the repository, up to the last byte of every pack. */
async function isSound(): Promise<void> {
  await restic.run("unlock");
  expect(await restic.run("check", "--read-data")).toContain("no errors were found");
}

describe("a backup", () => {
  it.for(momentsOfABackup)(
    "is killed $fraction into upload $upload: the repository is whole, and so is the last good snapshot",
    async (moment) => {
      const before = await restic.snapshots();
      const good = contentsOf(home);
      addTo(home, 26);
      const killed = gate.inTheMiddleOf(moment, () => backup.kill());
      const backup = restic.backup(home);
      expect(await killed, "an upload was cut").toMatch(/^devbox\/(locks|data|index|snapshots)\//);
      expect(await backup.ended()).toBe("SIGKILL");

      await isSound();
      expect(await restic.snapshots()).toEqual(before);
      expect(await restored(before.at(-1) ?? "")).toEqual(good);
      expect(await restic.backup(home).ended(), "the next backup").toBe(0);
    },
  );

  it.for(momentsOfABackup)(
    "loses its S3 $fraction into upload $upload, which comes back: the backup ends well by itself",
    async (moment) => {
      const before = await restic.snapshots();
      addTo(home, 26);
      const killed = gate.inTheMiddleOf(moment, () => s3.kill());
      const backup = restic.backup(home);
      await killed;
      await s3.start();
      expect(await backup.ended()).toBe(0);

      await isSound();
      const after = await restic.snapshots();
      expect(after).toHaveLength(before.length + 1);
      expect(await restored(after.at(-1) ?? "")).toEqual(contentsOf(home));
    },
  );
});
