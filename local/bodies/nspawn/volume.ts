import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { tagKeys } from "../../../functions/session/tags.ts";
import type { Clients } from "../../clients.ts";

/** Far less than the real one: it is kept on the operator's disk, as far as it is written to. */
const bytes = 2 ** 29;
const interval = 200;

/** Where Nitro machines have a volume that is attached to them, behind root and instance store. */
export const volumeDevice = "/dev/nvme2n1";

/** The link that udev makes on a machine, by the serial number that EBS gives a volume: its id without the hyphen. */
const linkOf = (volume: string) =>
  `L /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume.replace("-", "")} - - - - ../../nvme2n1\n`;

interface Awaited {
  readonly clients: Clients;
  readonly instanceId: string;
  /** The body's folder. */
  readonly home: string;
  /** Where the volumes' contents are, which outlive bodies. */
  readonly disks: string;
  readonly failed: (error: unknown) => void;
}

/**
 * Waits until the engine says that the machine has a volume that outlives it, and puts a sparse file for it into the body's
 * folder; `body.sh` boots when it is there. A device cannot come to a system that runs, as it does on AWS. Answers how to stop.
 */
export function awaitVolume({ clients, instanceId, home, disks, failed }: Awaited): () => void {
  let waiting = true;
  const look = async () => {
    const Filters = [
      { Name: "attachment.instance-id", Values: [instanceId] },
      { Name: "tag-key", Values: [tagKeys.volume] },
    ];
    while (waiting) {
      const { Volumes } = await clients.ec2.send(new DescribeVolumesCommand({ Filters }));
      const id = Volumes?.[0]?.VolumeId;
      if (id !== undefined && waiting) return putIn(home, disks, id);
      await pause(interval, undefined, { ref: false });
    }
  };
  look().catch((error: unknown) => {
    if (waiting) failed(error);
  });
  return () => {
    waiting = false;
  };
}

function putIn(home: string, disks: string, volume: string): void {
  mkdirSync(disks, { recursive: true });
  const file = join(disks, volume);
  // What is in it already stays.
  const disk = openSync(file, "a", 0o600);
  ftruncateSync(disk, bytes);
  closeSync(disk);
  const folder = join(home, "upper/etc/tmpfiles.d");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "volume.conf"), linkOf(volume));
  symlinkSync(file, join(home, "volume"));
}
