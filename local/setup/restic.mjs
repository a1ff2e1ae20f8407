// restic, which tells by its exit codes what went wrong since 0.17: Debian 12 has an older one.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./commands.mjs";

export function resticIsMissing() {
  const { stdout } = spawnSync("restic", ["version"], { encoding: "utf8" });
  const [, major, minor] = /^restic (\d+)\.(\d+)/.exec(stdout ?? "") ?? [];
  return minor === undefined || (Number(major) === 0 && Number(minor) < 17);
}

/** From Debian 13, whose package needs nothing that Debian 12 lacks. The machine's own sources stay as they are. */
export async function installRestic(environment) {
  const folder = mkdtempSync(join(tmpdir(), "restic-"));
  const signed = "signed-by=/usr/share/keyrings/debian-archive-keyring.gpg";
  writeFileSync(join(folder, "sources"), `deb [${signed}] http://deb.debian.org/debian trixie main\n`);
  for (const name of ["lists/partial", "archives/partial"])
    mkdirSync(join(folder, name), { recursive: true });
  const options = [
    `Dir::Etc::sourcelist=${folder}/sources`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State::Lists=${folder}/lists`,
    `Dir::Cache=${folder}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  try {
    await run("apt-get", [...options, "update", "-qq"], environment);
    await run(
      "apt-get",
      [...options, "install", "-y", "-qq", "--no-install-recommends", "restic"],
      environment,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
