import { createServer } from "node:net";
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

function listenOnce(port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    server.close(() => {
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
  return promise;
}
