import { snapshotsMonthlyPrice, volumeMonthlyPrice } from "../../blueprints/prices.ts";
import type { BackupTargetSettings } from "../../functions/session/backup-target.ts";
import { dollars } from "../../functions/session/cost.ts";

/** What is opted into and costs money every month, in a sentence; undefined: nothing is. */
export function monthlyText(target: BackupTargetSettings | null, region: string): string | undefined {
  if (target === null) return undefined;
  const { sizeGiB, snapshotsKept } = target;
  const volume = volumeMonthlyPrice(sizeGiB, region);
  const most = snapshotsMonthlyPrice(sizeGiB, snapshotsKept, region);
  return `backup target: about ${dollars(volume)} a month for ${sizeGiB} GiB, whether or not a machine is up, and its snapshots for what changes between them (at most ${dollars(most)}, if all of it changed each time)`;
}
