// The programs that the tests run and that neither npm nor pip has: shellcheck, bats and the like.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCommand, root, run, SetupError, timed } from "./commands.mjs";
import { installRestic, resticIsMissing } from "./restic.mjs";

const list = "test/debian-packages.txt";

/** Installs what is missing where that is allowed and the way is known; elsewhere names it and goes on. */
export async function debianPackages() {
  const missing = readFileSync(join(root, list), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" "))
    .filter(([, command]) => findCommand(command) === undefined)
    .map(([name]) => name);
  const wantsRestic = resticIsMissing();
  if (wantsRestic) missing.push("restic");
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    process.stderr.write(`setup: missing for the tests, by Debian's names: ${missing.join(" ")}\n`);
    return;
  }
  await timed(`Debian packages ${missing.join(" ")}`, async () => {
    const quiet = { DEBIAN_FRONTEND: "noninteractive" };
    try {
      await run("apt-get", ["update", "-qq"], quiet);
      const plain = missing.filter((name) => name !== "restic");
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...plain], quiet);
      if (wantsRestic) await installRestic(quiet);
    } catch (error) {
      // The tests that need them say so themselves; the others can run.
      if (!(error instanceof SetupError)) throw error;
      process.stderr.write(`setup: ${error.message}\n`);
    }
  });
}
