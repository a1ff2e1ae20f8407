import { randomInt } from "node:crypto";
import { assertFree } from "../../local/engine/ports.ts";

/**
 * A port for `--port`: it and the next one are free. Below the range from which the kernel takes ports for whoever
 * asks for any, so that nobody is given one of them meanwhile.
 */
export async function portPair(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(10_000, 15_000) * 2;
    try {
      await assertFree({ serverless: port, machines: port + 1 });
      return port;
    } catch {
      // Somebody listens on one of them.
    }
  }
  throw new Error("no pair of ports is free");
}
