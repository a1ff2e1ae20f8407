// `npm run bench`: each figure beside its yardstick, both measured in this run. Read the ratios; machines differ.
import { mkdirSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { sealProcess } from "../../local/environment.ts";
import { projectFolder } from "../../local/project.ts";
import { cleanClone } from "./clone.ts";
import { coldStarts } from "./cold-start.ts";
import { command } from "./command.ts";
import { crowd } from "./crowd.ts";
import { type Figure, row } from "./figures.ts";
import { sessions } from "./sessions.ts";

const folder = join(projectFolder, ".local/bench");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}; medians`);
const show = async (figures: Promise<Figure[]>) => {
  for (const figure of await figures) console.log(row(figure));
};
// Before this process is sealed: a clean clone installs itself, for which it needs the registries.
await show(cleanClone());
sealProcess();
await show(coldStarts(join(folder, "bundles")));
await show(sessions(folder));
await show(crowd(folder));
await show(command(folder));
process.exit(0);
