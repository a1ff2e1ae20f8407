// `npm run bench`: each figure beside its yardstick, both measured in this run. Read the ratios; machines differ.
import { mkdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { sealProcess } from "../../local/environment.ts";
import { projectFolder } from "../../local/project.ts";
import { cleanClone } from "./clone.ts";
import { coldStarts } from "./cold-start.ts";
import { crowd } from "./crowd.ts";
import { row } from "./figures.ts";
import { sessions } from "./sessions.ts";

const folder = join(projectFolder, ".local/bench");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
sealProcess();

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}; medians`);
for (const measure of [
  () => coldStarts(join(folder, "bundles")),
  () => sessions(folder),
  () => crowd(folder),
  cleanClone,
]) {
  for (const figure of await measure()) console.log(row(figure));
}
process.exit(0);
