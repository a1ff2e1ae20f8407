import * as z from "zod";
import type { WindowReported } from "../../workflows/backup-window.contract.ts";
import { notify } from "../session/events.ts";
import { executionLink } from "../session/links.ts";

const thrown = z.object({ Error: z.string(), Cause: z.string().default("") });
const told = z.object({ message: z.string() });
const request = z.object({
  execution: z.string(),
  story: z.object({
    error: thrown.optional(),
    taken: told.optional(),
    copied: told.optional(),
  }),
});

/** A window opens while nobody looks: what went wrong is told. */
export async function reportFailure(event: unknown): Promise<WindowReported> {
  const { execution, story } = request.parse(event);
  const message = whyOf(story);
  await notify("Moonbase backup window failed", [
    `A backup window or a snapshot of the backup volume did not come to its end: ${message}`,
    "The volume is there as it was. A session that the window has opened ends by itself.",
    `Look at: ${executionLink(execution)}`,
  ]);
  return { message };
}

function whyOf({ error, copied, taken }: z.infer<typeof request>["story"]): string {
  if (error !== undefined) return `${error.Error}: ${error.Cause}`.slice(0, 600);
  return copied?.message ?? taken?.message ?? "nobody knows why";
}
