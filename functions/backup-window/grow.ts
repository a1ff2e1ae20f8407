import { ModifyVolumeCommand } from "@aws-sdk/client-ec2";
import { backupTarget } from "../../blueprints/backup-target.ts";
import type { VolumeGrown } from "../../workflows/backup-window.contract.ts";
import { ec2 } from "../session/clients.ts";
import { isNamed, nameOf } from "../session/errors.ts";
import { settings } from "../session/settings.ts";
import { type KeptVolume, keptVolumes } from "../session/volumes.ts";

/** A volume can be changed once in six hours, and not while it is still being changed. */
const later = [
  "VolumeModificationRateExceeded",
  "IncorrectModificationState",
  "VolumeModificationInProgress",
];

/**
 * Makes the volume as large as it is configured, with or without a machine at it: the machine has its file system fill it
 * within a minute, or at its next boot. A snapshot has just been taken.
 */
export async function grow(): Promise<VolumeGrown> {
  const wanted = settings().backupTarget?.sizeGiB;
  const [volume] = await keptVolumes(backupTarget.name);
  if (volume === undefined || wanted === undefined)
    return { outcome: "as-it-is", message: "there is no volume" };
  const { id, gib } = volume;
  if (gib === wanted) return { outcome: "as-it-is", message: `volume ${id} has ${gib} GiB, as configured` };
  if (gib > wanted) {
    const message = `volume ${id} has ${gib} GiB and ${wanted} are configured: a volume is never made smaller`;
    return { outcome: "as-it-is", message };
  }
  return modify(volume, wanted);
}

async function modify({ id, gib }: KeptVolume, wanted: number): Promise<VolumeGrown> {
  try {
    await ec2.send(new ModifyVolumeCommand({ VolumeId: id, Size: wanted }));
  } catch (error) {
    if (!isNamed(error, ...later)) throw error;
    return {
      outcome: "not-now",
      message: `volume ${id} cannot be grown now (${nameOf(error)}); try again in six hours`,
    };
  }
  return { outcome: "grown", message: `volume ${id} grows from ${gib} to ${wanted} GiB` };
}
