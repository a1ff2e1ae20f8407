import { DeleteSnapshotCommand } from "@aws-sdk/client-ec2";
import * as z from "zod";
import { backupTarget } from "../../blueprints/backup-target.ts";
import type { WindowClosed } from "../../workflows/backup-window.contract.ts";
import { ec2 } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { settings } from "../session/settings.ts";
import { keptSnapshots } from "../session/snapshots.ts";
import { tooMany } from "./retention.ts";

const request = z.object({ session: z.string(), snapshot: z.string(), growth: z.string() });

/** Deletes the snapshots that are too many, and says what there is now. The new one is whole, or this is not reached. */
export async function close(event: unknown): Promise<WindowClosed> {
  const { session, snapshot, growth } = request.parse(event);
  const kept = settings().backupTarget?.snapshotsKept ?? Number.POSITIVE_INFINITY;
  const deleted = tooMany(await keptSnapshots(backupTarget.name), kept, snapshot).map(({ id }) => id);
  for (const SnapshotId of deleted) {
    await unless(["InvalidSnapshot.NotFound"], () => ec2.send(new DeleteSnapshotCommand({ SnapshotId })));
  }
  const message = `snapshot ${snapshot} is whole, ${deleted.length} older ones were deleted`;
  return { session, snapshot, deleted, growth, message };
}
