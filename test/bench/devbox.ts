import { setTimeout as pause } from "node:timers/promises";
import { phasesOf } from "../../functions/session/phases.ts";
import { Bridge } from "../../local/bridge.ts";
import { type Local, startLocal } from "../../local/local.ts";
import { type Box, bareRestic, inside, launchBox, recordOf, secondsOf } from "./box.ts";
import { type Figure, median } from "./figures.ts";

const rounds = 5;
/** Each takes a machine away, and the next one restores what it has saved. */
const interruptions = 3;

/** A home of 20 files, of which one has changed; and one of 10,000, of which 500 have. */
const small = "head -c 4000 /dev/urandom >/home/debian/notes/1";
const large = `cd /home/debian && for folder in $(seq 5); do for file in $(seq 100); do
  head -c 4000 /dev/urandom >work/$folder/$file; done; done`;
const makeSmall = `cd /home/debian && mkdir notes && for file in $(seq 20); do
  head -c 4000 /dev/urandom >notes/$file; done`;
const makeLarge = `cd /home/debian && for folder in $(seq 100); do mkdir -p work/$folder
  for file in $(seq 100); do head -c 4000 /dev/urandom >work/$folder/$file; done; done`;

/** What a devbox does with its home, beside the bare restic on the same machine. */
export async function devbox(folder: string, rootFileSystem: string): Promise<Figure[]> {
  const failed = (error: unknown) => {
    throw error;
  };
  const local = await startLocal({
    ports: "free",
    folder,
    bodies: { kind: "nspawn", rootFileSystem },
    settings: { maximumSessions: interruptions + 1, monthlyBudget: 1_000 },
    failed,
  });
  try {
    const first = await launchBox(local, "devbox-0");
    await inside(first, "systemctl stop moonbase-backup.timer");
    const bare = await bareRestic(local, "bare");
    await inside(first, `${bare} init --quiet`);
    const backups = [
      ...(await backupsOf(first, bare, makeSmall, small, "1 of 20 files changed")),
      ...(await backupsOf(first, bare, makeLarge, large, "500 of 10,000 files changed")),
    ];
    return [...backups, ...(await lives(local, first, backups.at(-1)))];
  } finally {
    local.stop();
  }
}

/** Backups by systemd's word and by the bare command with the same options, in turn, each into its own repository. */
async function backupsOf(
  box: Box,
  bare: string,
  make: string,
  work: string,
  what: string,
): Promise<Figure[]> {
  const excludes = "--exclude-file /opt/moonbase/lib/devbox-excludes.txt";
  const options = `--json --no-scan --read-concurrency 4 --tag data --host devbox --one-file-system --exclude-caches ${excludes}`;
  const commands = {
    ours: "systemctl start moonbase-backup.service",
    bare: `${bare} backup ${options} /home/debian`,
  };
  await inside(box, `${make}; ${commands.ours}; ${commands.bare} >/dev/null`);
  const seconds: Record<keyof typeof commands, number[]> = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    seconds.ours.push(await secondsOf(box, work, commands.ours));
    seconds.bare.push(await secondsOf(box, work, commands.bare));
  }
  const yardstick = { what: "the bare restic backup", value: median(seconds.bare) };
  return [{ what: `backup of a home, ${what}`, value: median(seconds.ours), unit: "s", yardstick }];
}

/** Spot takes one machine after the other: how soon it is saved, and how soon the next one has it back. */
async function lives(local: Local, first: Box, backup: Figure | undefined): Promise<Figure[]> {
  const saved = [await interrupt(local, first)];
  const bare = `${await bareRestic(local, "devbox")} restore latest --quiet --target /home/bare`;
  const launches: Launch[] = [];
  for (let life = 1; life < interruptions; life += 1) {
    const box = await launchBox(local, `devbox-${life}`);
    await inside(box, "systemctl stop moonbase-backup.timer");
    launches.push({ ...(await launchOf(local, box)), bare: await secondsOf(box, "true", bare) });
    await inside(box, "rm -rf /home/bare");
    saved.push(await interrupt(local, box));
  }
  const what = "spot's warning to a saved home in the books";
  const yardstick = backup?.yardstick;
  return [
    { what, value: median(saved), unit: "s", ...(yardstick && { yardstick }) },
    { what: `${what}, worst of ${saved.length}`, value: Math.max(...saved), unit: "s" },
    ...phaseFigures(launches),
  ];
}

/** Seconds from spot's notice until the record says that the home is saved, with 500 files changed before. */
async function interrupt(local: Local, box: Box): Promise<number> {
  await inside(box, large);
  const bridge = new Bridge(local.clients, local.engine.endpoints, local.engine.temporary);
  const start = performance.now();
  await bridge.spotInterruption(box.instanceId, 60_000);
  while ((await recordOf(local, box)).save?.outcome !== "saved") {
    if (performance.now() - start > 60_000) throw new Error(`${box.session} was not saved in time`);
    await pause(50);
  }
  return (performance.now() - start) / 1_000;
}

/** Seconds by what they went into, in the order of the story; and those of the bare restore on that machine. */
interface Launch {
  readonly seconds: ReadonlyMap<string, number>;
  readonly bare: number;
}

async function launchOf(local: Local, box: Box): Promise<Omit<Launch, "bare">> {
  const phases = phasesOf(await recordOf(local, box));
  const ready = phases.findIndex(({ name, by }) => name === "ready" && by === "control plane");
  const seconds = new Map<string, number>();
  phases.slice(0, ready).forEach(({ name, at }, index) => {
    seconds.set(name, (Date.parse(phases[index + 1]?.at ?? "") - Date.parse(at)) / 1_000);
  });
  seconds.set("restore", await restoreOf(box));
  return { seconds };
}

/** Of the machine's own journal: from the restore's first line to its last. */
async function restoreOf(box: Box): Promise<number> {
  const lines = await inside(box, 'journalctl --boot --output cat --grep \'"event":"restore(d|-begun)"\'');
  const [begun = 0, restored = 0] = lines
    .split("\n")
    .map((line) => Date.parse(/"at":"([^"]+)"/.exec(line)?.[1] ?? ""));
  return (restored - begun) / 1_000;
}

function phaseFigures(launches: readonly Launch[]): Figure[] {
  const of = (name: string) => median(launches.map(({ seconds }) => seconds.get(name) ?? Number.NaN));
  const names = [...(launches[0]?.seconds.keys() ?? [])].filter((name) => name !== "restore");
  const restore = { what: "the bare restic restore", value: median(launches.map(({ bare }) => bare)) };
  return [
    {
      what: "devbox: from the request to ready, 10,000 files",
      value: names.reduce((sum, name) => sum + of(name), 0),
      unit: "s",
    },
    ...names.map((name): Figure => ({ what: `  ${name}`, value: of(name), unit: "s" })),
    { what: "  of it the restore, verified", value: of("restore"), unit: "s", yardstick: restore },
  ];
}
