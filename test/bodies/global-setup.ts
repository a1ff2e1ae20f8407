import type { TestProject } from "vitest/node";
import { missingForNspawn } from "../../local/bodies/nspawn/needs.ts";
import { rootFileSystem } from "../../local/bodies/nspawn/rootfs.ts";
import { setUp } from "../local/global-setup.ts";

/** An engine of its own, whose machines are real systems. */
export default async (project: TestProject) => {
  const missing = missingForNspawn();
  if (missing !== undefined) throw new Error(missing);
  // Before the engine: packages come from outside, and the engine seals the process.
  const bodies = { kind: "nspawn", rootFileSystem: await rootFileSystem() } as const;
  project.provide("rootFileSystem", bodies.rootFileSystem);
  return setUp(project, { name: "real-machines", proxy: false, bodies });
};

declare module "vitest" {
  interface ProvidedContext {
    rootFileSystem: string;
  }
}
