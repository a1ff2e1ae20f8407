// What every step of the set-up needs: finding a command, running it, and telling how long it took.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join, sep } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** What stops the set-up, in words for the operator: shown without a stack. */
export class SetupError extends Error {}

/** Where a command is on PATH. Commands that npm put into this project are not looked at: they may be about to go. */
export function findCommand(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "" || folder.startsWith(join(root, "node_modules") + sep)) continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Runs a command in the project's folder; answers its output, or throws what it said. */
export function run(file, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(said);
      else
        reject(
          new SetupError(`${[file, ...args].join(" ")} ended with ${code}:\n${said.trim().slice(-3000)}`),
        );
    });
  });
}

/** Says what is done and how long it took. On stderr, because stdout may be read by a script. */
export async function timed(what, work) {
  const start = performance.now();
  process.stderr.write(`setup: ${what} …\n`);
  await work();
  process.stderr.write(`setup: ${what}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/** What a stamp says: these files' content, installed at this place. A copied or moved folder is set up again. */
export function stampOf(...files) {
  const hash = createHash("sha256").update(root);
  for (const file of files) hash.update("\0").update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

export function isStamped(file, stamp) {
  return existsSync(join(root, file)) && readFileSync(join(root, file), "utf8") === stamp;
}
