import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const notices = z.object({
  /** Spot takes the machine away at this time, two minutes from the notice. */
  interruption: z
    .object({ action: z.enum(["terminate", "stop", "hibernate"]), time: z.iso.datetime() })
    .optional(),
  /** Spot may take the machine away. */
  rebalance: z.object({ noticeTime: z.iso.datetime() }).optional(),
});
export type Notices = z.infer<typeof notices>;

const folderOf = (folder: string) => join(folder, "notices");
const fileOf = (folder: string, instanceId: string) => join(folderOf(folder), `${instanceId}.json`);

/** Has a machine's metadata service tell this from now on; tests are processes of their own, so it is a file. */
export function putNotices(folder: string, instanceId: string, told: Notices): void {
  const file = fileOf(folder, instanceId);
  mkdirSync(folderOf(folder), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(notices.parse(told)));
  renameSync(`${file}.new`, file);
}

/** What is up with a machine: nothing, unless somebody has put it. */
export function noticesOf(folder: string, instanceId: string): Notices {
  try {
    return notices.parse(JSON.parse(readFileSync(fileOf(folder, instanceId), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}

/** The machines that somebody has put something for. */
export function toldMachines(folder: string): string[] {
  if (!existsSync(folderOf(folder))) return [];
  return readdirSync(folderOf(folder)).flatMap((name) => (name.endsWith(".json") ? name.slice(0, -5) : []));
}
