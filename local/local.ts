import { type BodyChoice, bodiesOf } from "./bodies/kinds.ts";
import { watchMachines } from "./bodies/watch.ts";
import { Bridge } from "./bridge.ts";
import { type Clients, clientsOf } from "./clients.ts";
import { bootstrap, deploy, synthesize } from "./deploy.ts";
import { type Engine, startEngine } from "./engine/engine.ts";
import type { Ports } from "./engine/ports.ts";
import { environmentFile } from "./environment.ts";
import { startProxy } from "./proxy/proxy.ts";
import { takeWhatSpotTakes } from "./spot.ts";

/** A running engine with everything deployed and bodies for its machines. */
export interface Local {
  readonly engine: Engine;
  readonly clients: Clients;
  readonly stage: string;
  readonly stop: () => void;
}

export interface LocalOptions {
  readonly ports: Ports | "free";
  readonly folder: string;
  /** Over the configuration of cdk.json. */
  readonly settings?: Record<string, unknown>;
  readonly failed: (error: unknown) => void;
  /** Told what is done, when it is. */
  readonly done?: (what: "engine" | "bootstrap" | "synthesis" | "deployment", engine: Engine) => void;
  /** What bodies are made of: ordinary processes, when nothing is said. */
  readonly bodies?: BodyChoice;
  /** For tests: whether there are blueprints that stand in for others. */
  readonly standIns?: boolean;
  /** Whether the recording and fault proxy stands before the emulators. */
  readonly proxy?: boolean;
}

/** Brings everything up, in the order that costs the least time. */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { settings, folder, failed, done = () => undefined } = options;
  const environment: Record<string, string> = options.standIns === true ? { MOONBASE_STAND_INS: "yes" } : {};
  const between = options.proxy === true ? { between: startProxy } : {};
  const engine = await startEngine({ ports: options.ports, folder, environment, ...between });
  done("engine", engine);
  try {
    const clients = clientsOf(engine.endpoints);
    const synthesis = synthesize(engine, settings, environment);
    synthesis.catch(() => undefined);
    await bootstrap(engine);
    done("bootstrap", engine);
    const synthesized = await synthesis;
    done("synthesis", engine);
    await deploy(engine, clients, synthesized);
    done("deployment", engine);
    const stopBodies = await attachBodies(engine, clients, synthesized.stage, options);
    const stop = () => {
      stopBodies();
      engine.stop();
    };
    engine.died.catch(failed);
    return { engine, clients, stage: synthesized.stage, stop };
  } catch (error) {
    engine.stop();
    throw error;
  }
}

async function attachBodies(engine: Engine, clients: Clients, stage: string, options: LocalOptions) {
  const { failed, bodies: choice = { kind: "process" } } = options;
  const bodies = await bodiesOf(choice, { engine, clients, stage, failed });
  engine.keep("env", environmentFile(engine.endpoints, bodies.told));
  const bridge = new Bridge(clients, engine.endpoints, engine.temporary);
  const stopMachines = watchMachines({
    clients,
    stage,
    make: bodies.make,
    changed: (change) => void bridge.machineChanged(change).catch(failed),
    failed,
  });
  const stopSpot = takeWhatSpotTakes(clients, engine.temporary, failed);
  const stopAlarms = bridge.watchAlarms(stage, failed);
  return () => {
    stopMachines();
    stopSpot();
    stopAlarms();
    bodies.stop();
  };
}
