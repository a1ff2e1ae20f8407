import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../local/project.ts";
import { portPair } from "../local/port-pair.ts";
import { type Figure, timed } from "./figures.ts";
import { memoryOf } from "./memory.ts";

/** From a clean clone to "nothing is left", twice, with the memory of everything that ran. */
export async function cleanClone(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-bench-"));
  try {
    execFileSync("git", ["clone", "--quiet", projectFolder, folder]);
    const first = await run(folder);
    const second = await run(folder);
    const npm = await timed(() =>
      finished(spawn("npm", ["ci", "--silent"], { cwd: folder, stdio: "ignore" })),
    );
    return [
      {
        what: "clean clone: npm start -- --once",
        value: first.seconds,
        unit: "s",
        yardstick: { what: "npm ci alone", value: npm / 1000 },
      },
      {
        what: "second time",
        value: second.seconds,
        unit: "s",
        yardstick: { what: "the first time", value: first.seconds },
      },
      { what: "peak memory of all processes, second time", value: second.peak, unit: "MB" },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(folder: string): Promise<{ seconds: number; peak: number }> {
  const port = await portPair();
  const child = spawn("npm", ["start", "--silent", "--", "--once", "--json", "--port", String(port)], {
    cwd: folder,
    stdio: "ignore",
  });
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0));
  }, 250);
  const milliseconds = await timed(() => finished(child));
  clearInterval(watch);
  return { seconds: milliseconds / 1000, peak };
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${code}`);
}
