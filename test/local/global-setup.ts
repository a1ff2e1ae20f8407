import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { BodyChoice } from "../../local/bodies/kinds.ts";
import { account, type Endpoints, sealProcess } from "../../local/environment.ts";
import { startLocal } from "../../local/local.ts";
import { projectFolder } from "../../local/project.ts";

declare module "vitest" {
  interface ProvidedContext {
    engine: { endpoints: Endpoints; stage: string; folder: string };
  }
}

/** One engine with everything deployed, for all tests that need one. */
export default (project: TestProject) => setUp(project, { name: "test", proxy: false });

/** Its logs stay in the folder of that name under .local when a test fails. */
export async function setUp(
  project: TestProject,
  { name, proxy, bodies = { kind: "process" } }: { name: string; proxy: boolean; bodies?: BodyChoice },
): Promise<() => void> {
  sealProcess();
  const folder = join(projectFolder, ".local", name);
  rmSync(join(folder, "cdk.out"), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { engine, stage, stop } = await startLocal({
    ports: "free",
    folder,
    // More than by default: tests start ten at once while others end, and one that fails keeps its place.
    settings: { maximumSessions: 100, monthlyBudget: 100, backupTarget: { sizeGiB: 1, snapshotsKept: 2 } },
    standIns: true,
    failed: (error) => console.error("local engine:", error),
    proxy,
    bodies,
  });
  project.provide("engine", { endpoints: engine.endpoints, stage, folder });
  const role = `arn:aws:iam::${account}:role/${stage}-launch-workflow`;
  project.provide("conformance", { pinned: true, endpoints: engine.endpoints, role, stage });
  return stop;
}
