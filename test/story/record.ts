// `npm run record`: the story of the README, played for real on an engine of its own, and drawn as docs/story.svg.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import xterm from "@xterm/headless";
import { missingForNspawn } from "../../local/bodies/nspawn/needs.ts";
import { rootFileSystem } from "../../local/bodies/nspawn/rootfs.ts";
import { sealProcess } from "../../local/environment.ts";
import { startLocal } from "../../local/local.ts";
import { projectFolder } from "../../local/project.ts";
import { draw } from "./drawing.ts";
import { Player } from "./player.ts";
import { screensOf } from "./screens.ts";

const missing = missingForNspawn();
if (missing !== undefined) throw new Error(missing);
const folder = join(projectFolder, ".local/recording");
mkdirSync(folder, { recursive: true });
// Before the process is sealed: its packages come from outside.
const bodies = { kind: "nspawn", rootFileSystem: await rootFileSystem() } as const;
sealProcess();
const failed = (error: unknown) => console.error("local engine:", error);
const local = await startLocal({ ports: "free", folder, failed, bodies });
const home = mkdtempSync(join(tmpdir(), "moonbase-recording-"));
const size = { cols: 100, rows: 22 };

const player = new Player({ ...size, home, environmentFile: join(folder, "env") });

try {
  await player.shows(/^\$$/m);
  await player.types("npx moonbase launch admin --session tea");
  await player.shows(/:~\$$/m);
  await player.types("whoami");
  await player.shows(/^ubuntu\n.*:~\$$/m);
  await player.types("systemctl list-units --no-pager --no-legend --plain 'moonbase*'");
  await player.shows(/hard-cap\.timer .*\n(.*\n)*.*:~\$$/m);
  await player.types("exit");
  await player.shows(/^Session tea is gone.*\n\$$/m);
  await player.types("npx moonbase status");
  await player.shows(/^No session is live\.\n\$$/m);
} finally {
  player.leave();
  local.stop();
  rmSync(home, { recursive: true, force: true });
}

const { cast } = player;
for (const name of [release(), projectFolder, home]) {
  if (cast.some(([, , text]) => text.includes(name)))
    throw new Error(`the recording tells of ${name}; record again`);
}
const head = { version: 2, width: size.cols, height: size.rows };
writeFileSync(
  join(folder, "story.cast"),
  [head, ...cast].map((line) => `${JSON.stringify(line)}\n`).join(""),
);
const screens = await screensOf(cast, new xterm.Terminal({ ...size, allowProposedApi: true }));
const drawing = draw(screens, size);
writeFileSync(join(projectFolder, "docs/story.svg"), drawing);
console.log(`docs/story.svg: ${screens.length} pictures, ${Math.round(drawing.length / 1024)} kB`);
process.exit(0);
