import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { rootPath } from "../../local/bodies/nspawn/needs.ts";
import { projectFolder } from "../../local/project.ts";
import type { Figure } from "./figures.ts";

/** What each line of the measurement is called, and its yardstick. */
const rows: Record<string, { what: string; yardstick: string; unit: Figure["unit"] }> = {
  refused: { what: "btrbk-ssh refuses a request", yardstick: "btrbk's own filter, with its log", unit: "ms" },
  "refused-unlogged": { what: "the same", yardstick: "btrbk's own filter, which logs nothing", unit: "ms" },
  accepted: { what: "btrbk-ssh allows a request", yardstick: "btrbk's own filter, with its log", unit: "ms" },
  "accepted-unlogged": { what: "the same", yardstick: "btrbk's own filter, which logs nothing", unit: "ms" },
  confined: { what: "with sudo and sandbox, to the answer", yardstick: "btrbk's own filter", unit: "ms" },
  stream: { what: "610 MB through send | receive of btrbk-ssh", yardstick: "bare btrfs", unit: "s" },
};

/** The backup target's filter beside btrbk's own, and its stream beside a bare one, on btrfs on loop devices. */
export async function backupTarget(folder: string): Promise<Figure[]> {
  const work = join(folder, "backup-target");
  mkdirSync(work, { recursive: true });
  const script = join(projectFolder, "test/bench/backup-target.bash");
  const { stdout } = await promisify(execFile)("bash", [script, work], { env: { PATH: rootPath() } });
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", ours, yardstick] = line.split(" ");
      const row = rows[name];
      if (row === undefined) throw new Error(`the measurement says what nobody asked for: ${line}`);
      const scale = row.unit === "s" ? 1_000_000 : 1_000;
      return {
        what: row.what,
        value: Number(ours) / scale,
        unit: row.unit,
        yardstick: { what: row.yardstick, value: Number(yardstick) / scale },
      };
    });
}
