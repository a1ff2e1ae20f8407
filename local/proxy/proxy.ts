import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Between } from "../engine/engine.ts";
import { type Endpoints, endpointsAt } from "../environment.ts";
import { Book } from "./book.ts";
import { FleetTokens } from "./fleet-tokens.ts";
import { listen } from "./listener.ts";

/**
 * Stands between everything of ours and the two emulators: records each call, and does to the nth matching one what a
 * rule says. What the engine does inside itself (a workflow that calls a function) does not pass here.
 */
export async function startProxy(emulators: Endpoints): Promise<Between> {
  const book = new Book();
  const tokens = new FleetTokens();
  const [serverless, machines] = await Promise.all([
    listen(emulators.serverless, book, tokens),
    listen(emulators.machines, book, tokens),
  ]);
  return {
    endpoints: endpointsAt({ serverless: serverless.port, machines: machines.port }),
    environment: { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, "name-caller.mjs"))}` },
    stop: () => {
      serverless.close();
      machines.close();
    },
  };
}
