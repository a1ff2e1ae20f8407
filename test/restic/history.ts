import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { addTo, contentsOf, remove } from "./home.ts";
import type { Restic } from "./restic.ts";

/** What was in the home at each backup, by means that are not restic's. */
export class History {
  readonly taken = new Map<string, string[]>();
  readonly #restic: Restic;
  readonly #folder: string;
  readonly #home: string;
  #day = 0;

  constructor(restic: Restic, folder: string) {
    this.#restic = restic;
    this.#folder = folder;
    this.#home = join(folder, "home");
    mkdirSync(this.#home);
  }

  /** So many backups on a new day, each of a home in which something was made and something removed. Answers their ids. */
  async day(backups: number, tags = "data"): Promise<string[]> {
    this.#day += 1;
    const date = new Date(Date.UTC(2026, 0, this.#day)).toISOString().slice(0, 10);
    const ids: string[] = [];
    for (let backup = 0; backup < backups; backup += 1) {
      addTo(this.#home, 3);
      const files = readdirSync(this.#home).toSorted();
      for (const file of files.slice(0, Math.max(0, files.length - 6))) rmSync(join(this.#home, file));
      const id = await this.#restic.backupAt(this.#home, `${date} ${10 + backup}:00:00`, tags);
      this.taken.set(id, contentsOf(this.#home));
      ids.push(id);
    }
    return ids;
  }

  /** What comes back of a backup; to be compared with what was taken. */
  async restored(id: string): Promise<string[]> {
    const target = join(this.#folder, "restored");
    await this.#restic.run("restore", id, "--target", target, "--verify");
    const contents = contentsOf(target);
    remove(target);
    return contents;
  }
}
