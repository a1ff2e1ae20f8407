import { execFileSync } from "node:child_process";
import { join } from "node:path";

/**
 * Under sudo, gives what the engine has written in the project to whoever called sudo: a later start without it
 * writes the same files. Not the root file system, whose owners are its own, nor what is about to be removed.
 */
export function giveToOperator(folder: string): void {
  const { SUDO_UID: user, SUDO_GID: group } = process.env;
  if (user === undefined || group === undefined) return;
  const spared = ["rootfs", "engine"].flatMap((name) => ["-path", join(folder, name), "-prune", "-o"]);
  execFileSync("find", [
    folder,
    ...spared,
    "-exec",
    "chown",
    "--no-dereference",
    `${user}:${group}`,
    "{}",
    "+",
  ]);
}
