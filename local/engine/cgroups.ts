import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const patience = 5_000;
const interval = 10;

/** Where this system has cgroups of version 2: alone, or beside those of version 1. Undefined when it has none. */
export function cgroupRoot(): string | undefined {
  return ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].find(
    (place) =>
      existsSync(join(place, "cgroup.subtree_control")) ||
      (existsSync(join(place, "cgroup.procs")) && existsSync(join(place, "cgroup.controllers"))),
  );
}

/**
 * The cgroups of the bodies of one engine: the kernel's own list of what belongs to a body, whoever has died
 * meanwhile. They are all that can outlive a body's processes, and go by name, so the next engine finds them.
 */
export class Cgroups {
  readonly #folder: string | undefined;

  constructor(engineFolder: string) {
    const root = cgroupRoot();
    const name = `moonbase-${createHash("sha256").update(engineFolder).digest("hex").slice(0, 8)}`;
    this.#folder = root === undefined ? undefined : join(root, name);
  }

  /** Makes the cgroup of one body; answers its path. */
  make(instanceId: string): string {
    if (this.#folder === undefined) throw new Error("this system has no cgroups of version 2");
    const path = join(this.#folder, instanceId);
    mkdirSync(path, { recursive: true });
    return path;
  }

  /** Ends whatever is in it, waits until it is gone, and removes it. */
  remove(instanceId: string): void {
    if (this.#folder !== undefined) removeTree(join(this.#folder, instanceId));
  }

  removeAll(): void {
    if (this.#folder === undefined || !existsSync(this.#folder)) return;
    for (const instanceId of childrenOf(this.#folder)) this.remove(instanceId);
    rmdirSync(this.#folder);
  }
}

function removeTree(path: string): void {
  if (!existsSync(path)) return;
  writeFileSync(join(path, "cgroup.kill"), "1");
  const clock = new Int32Array(new SharedArrayBuffer(4));
  const end = performance.now() + patience;
  while (isPopulated(path)) {
    if (performance.now() > end) throw new Error(`processes in ${path} do not end`);
    Atomics.wait(clock, 0, 0, interval);
  }
  removeEmpty(path);
}

function removeEmpty(path: string): void {
  for (const name of childrenOf(path)) removeEmpty(join(path, name));
  rmdirSync(path);
}

const isPopulated = (path: string) =>
  /^populated 1$/m.test(readFileSync(join(path, "cgroup.events"), "utf8"));

const childrenOf = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
