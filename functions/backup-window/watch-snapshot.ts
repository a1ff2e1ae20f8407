import * as z from "zod";
import { backupTarget } from "../../blueprints/backup-target.ts";
import type { SnapshotWatched } from "../../workflows/backup-window.contract.ts";
import { keptSnapshots } from "../session/snapshots.ts";

const request = z.object({ snapshot: z.string() });

/** Whether the snapshot is whole: only then are older ones too many. */
export async function watchSnapshot(event: unknown): Promise<SnapshotWatched> {
  const { snapshot: id } = request.parse(event);
  const snapshot = (await keptSnapshots(backupTarget.name)).find((each) => each.id === id);
  if (snapshot === undefined) return { outcome: "pending", message: `snapshot ${id} is not listed yet` };
  const message = `snapshot ${id} is ${snapshot.state} ${snapshot.progress}`.trim();
  if (snapshot.state === "completed") return { outcome: "completed", message };
  return { outcome: snapshot.state === "error" ? "failed" : "pending", message };
}
