import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Change, Gate } from "./gate.ts";
import { History } from "./history.ts";
import { remove } from "./home.ts";
import { Restic } from "./restic.ts";
import { RetentionMachine } from "./retention-machine.ts";
import { S3Server } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "moonbase-retention-"));
// More of them find nothing else on most days.
const moments = Number(process.env.MOONBASE_MOMENTS ?? 3);
const twoDays = "0 2 0 0";
let s3: S3Server;
let gate: Gate;
let restic: Restic;
let history: History;
let machine: RetentionMachine;
let pinned: string;

beforeAll(async () => {
  s3 = await S3Server.start(folder);
  const opened = await Gate.open(s3.endpoint);
  gate = opened.gate;
  restic = new Restic(folder, s3.endpoint);
  history = new History(restic, folder);
  machine = await RetentionMachine.start(folder, opened.endpoint);
  await restic.run("init");
  [pinned = ""] = await history.day(3);
  machine.pin(pinned);
  await history.day(6);
});
afterAll(async () => {
  machine.close();
  gate.close();
  await s3.stop();
  remove(folder);
});

/** A run changes some twenty things: locks come and go, snapshots go, packs and lists are made and go. */
const changes = Array.from(
  { length: moments },
  (): Change => ({ change: 1 + Math.floor(Math.random() * 16), fraction: Math.random() }),
);

it.for(changes)(
  "killed $fraction into change $change: every backup that is kept restores whole",
  async (moment) => {
    // Of those before, all but the pinned one go.
    const kept = [pinned, ...(await history.day(3)), ...(await history.day(3))];
    const run = machine.begin(twoDays);
    const killed = gate.atChange(moment, () => run.signal("SIGKILL"));
    const what = await Promise.race([killed, run.ended()]);
    expect(what, "a change was cut").toMatch(/^devbox\/(locks|data|index|snapshots)\//);
    expect((await run.ended()).code).toBe("SIGKILL");

    // The lock of the dead, which restic may take for one of the living until half an hour has passed. Nothing is repaired.
    await restic.run("unlock", "--remove-all");
    for (const id of kept) expect(await history.restored(id)).toEqual(history.taken.get(id));
    expect(await restic.run("check", "--read-data")).toContain("no errors were found");

    expect(await machine.run(twoDays), "the next run").toMatchObject({ code: 0, failure: "" });
    expect((await restic.snapshots()).toSorted()).toEqual(kept.toSorted());
    for (const id of kept) expect(await history.restored(id)).toEqual(history.taken.get(id));
  },
);
