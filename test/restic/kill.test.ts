import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Box } from "./box.ts";
import { Gate, type Moment } from "./gate.ts";
import { addTo, contentsOf, makeHome, remove } from "./home.ts";
import { Restic } from "./restic.ts";
import { S3Server } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "moonbase-restic-"));
let s3: S3Server;
let gate: Gate;
let restic: Restic;
let box: Box;

beforeAll(async () => {
  s3 = await S3Server.start(folder);
  const opened = await Gate.open(s3.endpoint);
  gate = opened.gate;
  restic = new Restic(folder, opened.endpoint);
  box = await Box.make(folder, opened.endpoint);
  await restic.run("init");
  expect(await box.restore("latest")).toBe("none");
  makeHome(box.home, 24);
  expect(await box.save()).toBe(0);
});
afterAll(async () => {
  box.close();
  gate.close();
  await s3.stop();
  remove(folder);
});

/** For each of three, which makes twenty: restic, the box, S3. More of them find nothing else on most days. */
const moments = Number(process.env.MOONBASE_MOMENTS ?? 7);

/** Of a backup with some nine megabytes of new work: its lock, packs, index and snapshot are uploads in turn. */
const momentsOfABackup = (): Moment[] =>
  Array.from({ length: moments }, () => ({
    upload: 1 + Math.floor(Math.random() * 6),
    fraction: Math.random(),
  }));

const uploads = /^devbox\/(locks|data|index|snapshots)\//;

async function restored(snapshot: string): Promise<string[]> {
  const target = join(folder, "restored");
  await restic.run("restore", `${snapshot}:${box.home}`, "--target", target, "--verify", "--no-lock");
  const contents = contentsOf(target);
  remove(target);
  return contents;
}

/** Nothing is wrong with the repository, up to the last byte of every pack, whatever locks the dead have left. */
async function isSound(): Promise<void> {
  expect(await restic.run("check", "--read-data", "--no-lock")).toContain("no errors were found");
}

/** The newest snapshot, and what was in the home then. */
async function lastGood() {
  const before = await restic.snapshots();
  return { before, snapshot: before.at(-1) ?? "", contents: contentsOf(box.home) };
}

describe("a backup", () => {
  it.for(momentsOfABackup())(
    "is killed $fraction into upload $upload: the repository is whole, and so is the last good snapshot",
    async (moment) => {
      const good = await lastGood();
      addTo(box.home, 26);
      const killed = gate.inTheMiddleOf(moment, () => backup.kill());
      const backup = restic.backup(box.home);
      expect(await killed, "an upload was cut").toMatch(uploads);
      expect(await backup.ended()).toBe("SIGKILL");

      await isSound();
      expect(await restic.snapshots()).toEqual(good.before);
      expect(await restored(good.snapshot)).toEqual(good.contents);
      expect(await box.save(), "the next backup").toBe(0);
    },
  );

  it.for(momentsOfABackup())(
    "goes down with its box $fraction into upload $upload: the next box has the last good home, and saves it",
    async (moment) => {
      const good = await lastGood();
      addTo(box.home, 26);
      const killed = gate.inTheMiddleOf(moment, () => box.kill());
      const saving = box.save();
      expect(await killed, "an upload was cut").toMatch(uploads);
      expect(await saving).toBe("SIGKILL");

      await isSound();
      expect(await restic.snapshots()).toEqual(good.before);
      box.renew();
      expect(await box.restore("latest")).toBe("whole");
      expect(contentsOf(box.home)).toEqual(good.contents);
      expect(await box.save(), "the next box's first backup").toBe(0);
      expect(await restic.snapshots()).toEqual([...good.before, box.saved()]);
    },
  );

  it.for(momentsOfABackup())(
    "loses its S3 $fraction into upload $upload, which comes back: the backup ends well by itself",
    async (moment) => {
      const { before } = await lastGood();
      addTo(box.home, 26);
      const killed = gate.inTheMiddleOf(moment, () => s3.kill());
      const saving = box.save();
      expect(await killed, "an upload was cut").toMatch(uploads);
      await s3.start();
      expect(await saving).toBe(0);

      await isSound();
      expect(await restic.snapshots()).toEqual([...before, box.saved()]);
      expect(await restored(box.saved())).toEqual(contentsOf(box.home));
    },
  );
});
