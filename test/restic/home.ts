import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a home of so many files, none of which restic can make smaller. */
export function makeHome(home: string, files: number): void {
  mkdirSync(home, { recursive: true });
  addTo(home, files);
}

/** More work in it: about a third of a megabyte a file. */
export function addTo(home: string, files: number): void {
  for (let file = 0; file < files; file += 1) {
    writeFileSync(join(home, randomBytes(8).toString("hex")), randomBytes(350_000));
  }
}

/** The home's files as `path: sha256`, by means that are not restic's. */
export function contentsOf(home: string): string[] {
  return readdirSync(home)
    .map(
      (name) =>
        `${name}: ${createHash("sha256")
          .update(readFileSync(join(home, name)))
          .digest("hex")}`,
    )
    .toSorted();
}

export const remove = (folder: string) => execFileSync("rm", ["-rf", folder]);
