import { createServer } from "node:net";
import { listenOnLoopback } from "../loopback.ts";
import { EngineError } from "./error.ts";

/** The ports of the two emulators. */
export interface Ports {
  readonly serverless: number;
  readonly machines: number;
}

export const usualPorts: Ports = { serverless: 4566, machines: 4567 };

/** Two ports that nobody listens on. */
export async function freePorts(): Promise<Ports> {
  const [serverless, machines] = await Promise.all([listenOnce(0), listenOnce(0)]);
  return { serverless, machines };
}

/** Throws, naming the port, when somebody listens on one of them. */
export async function assertFree(ports: Ports): Promise<void> {
  for (const port of [ports.serverless, ports.machines]) {
    try {
      await listenOnce(port);
    } catch {
      throw new EngineError(`port ${port} on 127.0.0.1 is taken; choose another pair with --port`);
    }
  }
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  const found = await listenOnLoopback(server, port);
  await new Promise((resolve) => server.close(resolve));
  return found;
}
