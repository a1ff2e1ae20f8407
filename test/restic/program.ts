import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { projectFolder, systemPath } from "../../local/project.ts";

/** Its exit codes tell what is wrong since then. */
const oldest = "0.17";

/** A restic that is new enough: the machine's own, or else that of the bodies' root file system. */
export function resticProgram(): string {
  const found = ["restic", ...globSync(join(projectFolder, ".local/rootfs/*/usr/bin/restic"))].find(
    isNewEnough,
  );
  if (found === undefined) throw new Error(`restic ${oldest} or newer is missing; Debian 13 has one`);
  return found;
}

function isNewEnough(program: string): boolean {
  const { stdout } = spawnSync(program, ["version"], { env: { PATH: systemPath() }, encoding: "utf8" });
  const [, major = "0", minor = "0"] = /^restic (\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return Number(major) > 0 || Number(minor) >= Number(oldest.slice(2));
}
