import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstanceTypesCommand, type EC2Client } from "@aws-sdk/client-ec2";
import { rootPath } from "./needs.ts";

/** Far less than the real one: it is kept on the operator's disk, as far as it is written to. */
const bytes = 2 ** 30;

/** Where Nitro machines have their first instance store, and the name by which scripts tell it from a volume. */
export const storeDevice = "/dev/nvme1n1";
const byId = "/dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS0123456789ABCDEF0";

/** The link that udev makes on a machine: in a body systemd-tmpfiles does, early at boot. */
export const storeLink = `L ${byId} - - - - ../../nvme1n1\n`;

/** Whether machines of this type come with an instance store, in EC2's own words. */
export async function hasInstanceStore(ec2: EC2Client, instanceType: string): Promise<boolean> {
  const command = new DescribeInstanceTypesCommand({
    Filters: [{ Name: "instance-type", Values: [instanceType] }],
  });
  const { InstanceTypes } = await ec2.send(command);
  return InstanceTypes?.[0]?.InstanceStorageSupported === true;
}

/** The empty disk of one body: a sparse file, which `body.sh` makes a block device. */
export function makeStore(home: string): void {
  const file = openSync(join(home, "store"), "w", 0o600);
  ftruncateSync(file, bytes);
  closeSync(file);
}

/**
 * Frees the block devices of stores in this folder. A device goes with the last process that has it, so as a rule there
 * is none; but a body can be killed between the making of its device and the word that it shall go like that.
 */
export function freeStores(folder: string): void {
  for (const device of storesIn(folder)) {
    spawnSync("losetup", ["--detach", device], { env: { PATH: rootPath() }, stdio: "ignore" });
  }
}

/** The block devices of stores in this folder, whether or not their files are still there. */
export function storesIn(folder: string): string[] {
  return readdirSync("/sys/block").flatMap((name) => {
    try {
      const file = readFileSync(join("/sys/block", name, "loop", "backing_file"), "utf8");
      return file.startsWith(`${folder}/`) ? [join("/dev", name)] : [];
    } catch {
      // No loop device, or one that has no file.
      return [];
    }
  });
}
