// `npm run bench`: each figure beside its yardstick, both measured in this run. Read the ratios; machines differ.
import { mkdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { missingForNspawn } from "../../local/bodies/nspawn/needs.ts";
import { rootFileSystem } from "../../local/bodies/nspawn/rootfs.ts";
import { sealProcess } from "../../local/environment.ts";
import { projectFolder } from "../../local/project.ts";
import { backupTarget } from "./backup-target.ts";
import { bodies } from "./bodies.ts";
import { cleanClone } from "./clone.ts";
import { coldStarts } from "./cold-start.ts";
import { command } from "./command.ts";
import { crowd, missingForCrowd } from "./crowd.ts";
import { devbox } from "./devbox.ts";
import { type Figure, row } from "./figures.ts";
import { interruptions } from "./interruption.ts";
import { sessions } from "./sessions.ts";

const folder = join(projectFolder, ".local/bench");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}; medians`);
const show = async (figures: Promise<Figure[]>) => {
  for (const figure of await figures) console.log(row(figure));
};
// Before this process is sealed: a clean clone installs itself, and a root file system is built, both from outside.
await show(cleanClone());
const missing = missingForNspawn();
const root = missing === undefined ? await rootFileSystem() : undefined;
sealProcess();
await show(coldStarts(join(folder, "bundles")));
await show(sessions(folder));
const scarce = missingForCrowd();
if (scarce === undefined) await show(crowd(folder));
else console.log(`a hundred sessions at once were not measured: ${scarce}`);
await show(interruptions(folder));
await show(command(folder));
if (root === undefined) console.log(`real machines were not measured: ${missing}`);
else {
  await show(bodies(folder, root));
  await show(devbox(folder, root));
  await show(backupTarget(folder));
}
process.exit(0);
