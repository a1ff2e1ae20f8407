import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { s3 } from "./clients.ts";
import { nameOf } from "./errors.ts";
import type { SessionRecord } from "./record.ts";
import { settings } from "./settings.ts";
import type { KeptVolume } from "./volumes.ts";

/** A snapshot as the bucket shows it. */
export interface Snapshot {
  id: string;
  at: Date;
}

/** What a machine says it has saved counts only if it is there, and was not there before. */
export type Proof = { outcome: "proven" } | { outcome: "not-found"; reason: string };

/** S3 tells times in whole seconds, rounded down. */
const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000);

export function judgeProof(id: string, found: Snapshot | undefined, since: Date): Proof {
  if (found === undefined) return { outcome: "not-found", reason: `there is no snapshot ${id}` };
  if (inSeconds(found.at) < inSeconds(since)) {
    return {
      outcome: "not-found",
      reason: `snapshot ${id} is of ${found.at.toISOString()}, before it was asked for`,
    };
  }
  return { outcome: "proven" };
}

/**
 * Snapshots of a blueprint, by the beginning of their ids. By listing, not by HeadObject: that asks for the permission
 * to read what the operator has saved, and without one to list it takes a missing object for a forbidden one.
 */
async function* snapshotsOf(blueprint: string, beginning = ""): AsyncGenerator<Snapshot> {
  const folder = snapshotFolder(blueprint);
  const pages = paginateListObjectsV2(
    { client: s3 },
    { Bucket: settings().backupBucket, Prefix: `${folder}${beginning}` },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", LastModified } of Contents) {
      if (LastModified !== undefined) yield { id: Key.slice(folder.length), at: LastModified };
    }
  }
}

const snapshotFolder = (blueprint: string) => `${blueprint}/snapshots/`;

export async function findSnapshot(blueprint: string, id: string): Promise<Snapshot | undefined> {
  // In the order of their names the exact one comes first.
  for await (const snapshot of snapshotsOf(blueprint, id)) {
    return snapshot.id === id ? snapshot : undefined;
  }
  return undefined;
}

/**
 * Whether what a machine holds is on a volume that outlives it. It says that it has written everything out; that the
 * volume is the one which was attached to it, and is well, is seen here.
 */
export function judgeVolumeProof(
  id: string,
  { volume: attached }: Pick<SessionRecord, "volume">,
  volumes: readonly Pick<KeptVolume, "id" | "state">[],
): Proof {
  if (id !== attached?.id) {
    return { outcome: "not-found", reason: `${id} is not the volume that its machine was given` };
  }
  const volume = volumes.find((each) => each.id === id);
  if (volume === undefined) return { outcome: "not-found", reason: `there is no volume ${id}` };
  return volume.state === "available" || volume.state === "in-use"
    ? { outcome: "proven" }
    : { outcome: "not-found", reason: `volume ${id} is in state ${volume.state}` };
}

/** What there is to restore from, when this session saves nothing more. Only words: a bucket that is out of order must not keep a machine. */
export async function lastSaveInWords({ blueprint, save, volume }: SessionRecord): Promise<string> {
  if (volume !== undefined) return `what has reached its volume ${volume.id} is kept`;
  if (save?.outcome === "saved") return `its last save is ${save.id} of ${save.at}`;
  try {
    const newest = await newestOf(blueprint);
    return newest === undefined
      ? `there is no snapshot of any ${blueprint}`
      : `the newest snapshot of any ${blueprint} is ${newest.id} of ${newest.at.toISOString()}`;
  } catch (error) {
    return `the snapshots of any ${blueprint} could not be listed (${nameOf(error)})`;
  }
}

async function newestOf(blueprint: string): Promise<Snapshot | undefined> {
  let newest: Snapshot | undefined;
  for await (const snapshot of snapshotsOf(blueprint)) {
    if (newest === undefined || snapshot.at > newest.at) newest = snapshot;
  }
  return newest;
}
