import * as z from "zod";
import { session } from "../../workflows/fields.ts";
import type { Reported } from "../../workflows/teardown.contract.ts";
import { nameOf } from "../session/errors.ts";
import { notify } from "../session/events.ts";
import { log } from "../session/log.ts";
import { costLine, savedSoFar, whereToLook } from "../session/notices.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { leftInWords } from "./resources.ts";

/** As much of the story as there is where it breaks off. */
const request = z.object({
  execution: z.string(),
  /** The workflow's own: where the session could not even be claimed, the story does not tell it. */
  input: z.object({ session }),
  story: z.object({
    termination: z.object({ message: z.string() }).optional(),
    error: z.object({ Error: z.string(), Cause: z.string().default("") }).optional(),
  }),
});

/** Tells the operator exactly what is left, why, where to look, and that it is tried again. */
export async function reportLeftovers(event: unknown): Promise<Reported> {
  const {
    execution,
    story,
    input: { session },
  } = request.parse(event);
  const left = (await leftInWords(session)) || "nothing that can be listed";
  const broke =
    story.error === undefined ? "" : ` (${story.error.Error}: ${story.error.Cause})`.slice(0, 500);
  const message = `left of session ${session}: ${left}${broke}`;
  const record = await findSession(session).catch(unreadable);
  try {
    await notify(`Moonbase session ${session} is not gone yet`, [
      `The teardown of session ${session} did not finish. ${message}.`,
      "It is tried again by itself. What is left may cost money until then.",
      ...(record === undefined ? [] : recordLines(record)),
      ...whereToLook(session, execution),
      `To see and remove it by hand, list everything tagged moonbase:stage=${settings().stage} and moonbase:session=${session}.`,
    ]);
  } catch (error) {
    // The last place where it can be said is the execution itself, whose cause this message becomes.
    log.error("not told", { error: nameOf(error) });
    return { message: `${message}; no notice of it could be sent (${nameOf(error)})` };
  }
  return { message };
}

/** What is left has to be told even where the record cannot be read. */
function unreadable(error: unknown): undefined {
  log.error("record not read", { error: nameOf(error) });
}

const recordLines = (record: SessionRecord): string[] => [
  `Saved: ${savedSoFar(record)}.`,
  costLine(record, new Date()),
];
