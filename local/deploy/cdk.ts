import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { EngineError } from "../engine/error.ts";
import { startGroup } from "../engine/processes.ts";
import { clientEnvironment, type Endpoints, sealedEnvironment } from "../environment.ts";
import { nodeCommands, toolPath } from "../project.ts";

export interface CdkRun {
  /** In its folder goes the log, and all that the CLI keeps for itself; with it ends the CLI. */
  readonly engine: Pick<Engine, "folder" | "running">;
  readonly log: string;
  readonly workingFolder: string;
  readonly endpoints?: Endpoints;
  /** What the app is told on top. */
  readonly environment?: Record<string, string>;
}

/** Runs the CDK's own command line, unmodified, with the engine as its AWS. Throws with the end of what it said. */
export async function runCdk(parameters: readonly string[], run: CdkRun): Promise<void> {
  const log = join(run.engine.folder, run.log);
  rmSync(log, { force: true });
  // Kept from run to run: the CLI's compiled code is in it, and starts faster than its source.
  const home = join(run.engine.folder, "cdk", parameters[0] ?? "");
  mkdirSync(home, { recursive: true });
  const child = startGroup({
    file: join(nodeCommands, "cdk"),
    arguments: ["--no-notices", "--ci", "--no-color", ...parameters],
    folder: run.workingFolder,
    log,
    environment: {
      ...(run.endpoints === undefined ? sealedEnvironment() : cdkEnvironment(run.endpoints)),
      PATH: toolPath(),
      HOME: home,
      TMPDIR: home,
      LANG: "C.UTF-8",
      CDK_DISABLE_CLI_TELEMETRY: "true",
      ...run.environment,
    },
  });
  if (child.pid !== undefined) run.engine.running.add(child.pid);
  const [code] = await once(child, "exit");
  if (child.pid !== undefined) run.engine.running.end(child.pid);
  if (code === 0) return;
  const said = readFileSync(log, "utf8").trimEnd().split("\n").slice(-15).join("\n");
  throw new EngineError(`cdk ${parameters[0]} ended with ${code}; see ${log}\n${said}`);
}

/** The CDK looks for its bootstrap version where its stacks are, not where machines find their parameters. */
function cdkEnvironment(endpoints: Endpoints): Record<string, string> {
  const { AWS_ENDPOINT_URL_SSM: _, ...environment } = clientEnvironment(endpoints);
  return environment;
}
