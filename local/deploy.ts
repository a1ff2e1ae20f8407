import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { namesOf } from "../functions/session/names.ts";
import type { Clients } from "./clients.ts";
import { type CdkRun, runCdk } from "./deploy/cdk.ts";
import { copyForEngine } from "./deploy/leave-out.ts";
import { deployMachines } from "./deploy/machines.ts";
import type { Engine } from "./engine/engine.ts";
import { account, region } from "./environment.ts";
import type { leftOut } from "./left-out.ts";
import { projectFolder } from "./project.ts";

/** The operator's configuration: only its stage matters here, everything else is passed on. */
const project = z.object({
  context: z.object({ moonbase: z.looseObject({ stage: z.string().default("moonbase") }) }),
});

/** Settings of `leftOut.settings`, taken out of the operator's configuration. */
const withoutSettings: Record<(typeof leftOut.settings.names)[number], undefined> = {
  region: undefined,
  notifyEmail: undefined,
};

export interface Synthesis {
  readonly stage: string;
  readonly assembly: string;
}

/** Makes the templates, as for AWS; it asks nothing of the engine, so it can go on beside the bootstrap. */
export async function synthesize(
  engine: CdkRun["engine"],
  settings: Record<string, unknown> = {},
  environment: Record<string, string> = {},
): Promise<Synthesis> {
  const { context } = project.parse(JSON.parse(readFileSync(join(projectFolder, "cdk.json"), "utf8")));
  const moonbase = { ...context.moonbase, ...withoutSettings, ...settings };
  const assembly = join(engine.folder, "cdk.out");
  await runCdk(
    ["synth", "--quiet", "--output", assembly, "--context", `moonbase=${JSON.stringify(moonbase)}`],
    {
      engine,
      log: "synth.log",
      workingFolder: projectFolder,
      environment,
    },
  );
  return { stage: moonbase.stage, assembly };
}

/** What an account needs once: the CDK's own bucket and roles. Runs where no project is, or it would synthesize. */
export function bootstrap(engine: Engine): Promise<void> {
  return runCdk(["bootstrap", `aws://${account}/${region}`], {
    engine,
    log: "bootstrap.log",
    workingFolder: engine.temporary,
    endpoints: engine.endpoints,
  });
}

/** Deploys the three stacks to a bootstrapped engine, or updates them. */
export async function deploy(
  engine: Engine,
  clients: Clients,
  { stage, assembly }: Synthesis,
): Promise<void> {
  const { dataStack, controlStack } = namesOf(stage);
  const flags = ["--require-approval", "never", "--method", "direct", "--concurrency", "2"];
  const copy = copyForEngine(assembly, [dataStack, controlStack]);
  await Promise.all([
    deployMachines(clients, stage, assembly),
    runCdk(["deploy", "--app", copy, ...flags, dataStack, controlStack], {
      engine,
      log: "deploy.log",
      workingFolder: engine.temporary,
      endpoints: engine.endpoints,
    }),
  ]);
}
