import * as z from "zod";
import { log } from "./log.ts";

/** A workflow's call: which step of the story, of which session; each step parses the rest for itself. */
const call = z.looseObject({ step: z.string(), session: z.string().optional() });

export type Step = (event: unknown) => Promise<unknown>;

/** The table from step name to module, and nothing more. Every step leaves two lines: what came out, or what broke. */
export function route(steps: Record<string, Step>) {
  return async (event: unknown): Promise<unknown> => {
    const { step, session } = call.parse(event);
    const run = steps[step];
    if (run === undefined) throw new Error(`no step is named "${step}"`);
    log.appendKeys({ session, step });
    try {
      const result = await run(event);
      log.info("step done", { outcome: z.object({ outcome: z.string() }).safeParse(result).data?.outcome });
      return result;
    } catch (error) {
      log.error("step failed", { error: error instanceof Error ? error : String(error) });
      throw error;
    } finally {
      log.resetKeys();
    }
  };
}
