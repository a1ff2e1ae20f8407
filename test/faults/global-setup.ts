import type { TestProject } from "vitest/node";
import { setUp } from "../local/global-setup.ts";

/** An engine of its own, with the fault proxy between it and everything of ours. */
export default (project: TestProject) => setUp(project, { name: "faults", proxy: true });
