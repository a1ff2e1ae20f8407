import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { EngineError } from "../../engine/error.ts";
import { startOf } from "../../engine/processes.ts";
import { projectFolder } from "../../project.ts";
import { rootPath } from "./needs.ts";

const recipe = join(import.meta.dirname, "recipe");
const folder = join(projectFolder, ".local", "rootfs");
const what = "setup: root file system of bodies";
const day = 86_400_000;
const proxies = ["http_proxy", "https_proxy", "no_proxy"];

/**
 * The root file system under all bodies: built once for a recipe, and kept. It gets its name when it is whole, so what
 * has the name can be used.
 */
export async function rootFileSystem(): Promise<string> {
  const target = join(folder, fingerprint());
  mkdirSync(folder, { recursive: true });
  removeUnfinished();
  removeForgotten(target);
  if (existsSync(target)) return inUse(target);
  const start = performance.now();
  // In the set-up's words and where it says them: stdout may be read by a script.
  process.stderr.write(`${what} …\n`);
  await build(target);
  process.stderr.write(`${what}: ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  return inUse(target);
}

/** Says so with its time: it can be under bodies from now on. */
function inUse(target: string): string {
  utimesSync(target, new Date(), new Date());
  return target;
}

async function build(target: string): Promise<void> {
  const unfinished = join(folder, `unfinished-${process.pid}`);
  // In namespaces of its own: whatever ends it early ends all of it, with the mounts it has in there.
  const alone = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const command = ["--pdeathsig", "KILL", "unshare", ...alone, join(recipe, "build.sh"), unfinished];
  try {
    await promisify(execFile)("setpriv", command, { env: buildEnvironment(), maxBuffer: 2 ** 26 });
    // Somebody else in this folder may have been faster.
    if (!existsSync(target)) renameSync(unfinished, target);
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw new EngineError(`the root file system of bodies cannot be built:\n${said.trim().slice(-3_000)}`);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Packages come from the archive, perhaps through the operator's proxy; nothing else of the operator's is told. */
function buildEnvironment(): Record<string, string> {
  const told = proxies.flatMap((name) => [name, name.toUpperCase()]).map((name) => [name, process.env[name]]);
  return {
    PATH: rootPath(),
    LANG: "C.UTF-8",
    ...Object.fromEntries(told.filter(([, value]) => value !== undefined)),
  };
}

/** Of everything that goes into it and is ours, and of the Debian that it is made from. */
function fingerprint(): string {
  const hash = createHash("sha256").update(readFileSync("/etc/os-release"));
  for (const file of globSync("**/*", { cwd: recipe }).toSorted()) {
    const path = join(recipe, file);
    if (statSync(path).isFile()) hash.update(`\0${file}\0`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

/** Those of other recipes. One that was used today may be under the bodies of another engine. */
function removeForgotten(target: string): void {
  for (const path of readdirSync(folder).map((name) => join(folder, name))) {
    if (path === target || !/^[0-9a-f]{16}$/.test(basename(path))) continue;
    if (Date.now() - statSync(path).mtimeMs > day) rmSync(path, { recursive: true, force: true });
  }
}

function removeUnfinished(): void {
  for (const name of readdirSync(folder)) {
    const [, builder] = /^unfinished-(\d+)$/.exec(name) ?? [];
    if (builder !== undefined && startOf(Number(builder)) === undefined) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}
