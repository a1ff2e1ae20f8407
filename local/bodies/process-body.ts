import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clients } from "../clients.ts";
import type { Engine } from "../engine/engine.ts";
import { startGroup } from "../engine/processes.ts";
import { endpointVariables, sealedEnvironment } from "../environment.ts";
import { systemPath } from "../project.ts";
import type { MakeBody } from "./body.ts";
import { groupBody } from "./group-body.ts";
import { identify } from "./identity.ts";

export interface ProcessBodies {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly stage: string;
  /** For tests: told to the body on top of what it is told anyway. */
  readonly environment?: Record<string, string>;
}

/** Bodies that are ordinary processes: no root, no packages, no users, no systemd. */
export function processBodies({ engine, clients, stage, environment }: ProcessBodies): MakeBody {
  const logs = join(engine.folder, "bodies");
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(logs, { recursive: true });
  return async (machine) => {
    const { userData, metadata } = await identify(
      { engine, clients, stage },
      { ...machine, publicAddress: "127.0.0.1" },
    );
    const home = join(engine.temporary, machine.instanceId);
    mkdirSync(home);
    const script = join(home, "user-data");
    writeFileSync(script, userData);
    const child = startGroup({
      file: "bash",
      arguments: [join(import.meta.dirname, "keeper.sh"), script],
      folder: home,
      log: join(logs, `${machine.instanceId}.log`),
      environment: {
        ...sealedEnvironment(),
        ...endpointVariables(engine.endpoints),
        AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint,
        MOONBASE_BODY: "process",
        MOONBASE_ROOT: home,
        HOME: home,
        TMPDIR: home,
        PATH: systemPath(),
        LANG: "C.UTF-8",
        ...environment,
      },
    });
    return groupBody(child, engine.running, () => {
      metadata.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
  };
}
