import * as z from "zod";
import type { GivenUp } from "../../workflows/launch.contract.ts";
import { log } from "../session/log.ts";
import { teardownExecutionName } from "../session/names.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";

const thrownError = z.object({ Error: z.string(), Cause: z.string().default("") });

/** As much of the story as there is when it breaks off: what provision answered, or what a step threw. */
const request = z.object({
  // When `Admit` itself breaks, its error is the whole story: the input may be anything and is not carried on.
  story: thrownError
    .transform((error) => ({ error, provision: undefined }))
    .or(
      z.object({
        provision: z.object({ outcome: z.string(), message: z.string() }).optional(),
        error: thrownError.optional(),
      }),
    ),
});

/** A thrown error's cause is the JSON that Lambda makes of it; a callback's cause is plain words. */
const thrown = z.object({ errorMessage: z.string() });

function plainCause(cause: string): string {
  try {
    return thrown.safeParse(JSON.parse(cause)).data?.errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** Says in one sentence why the launch failed, and names the teardown that will remove what there is. */
export async function giveUp(event: unknown): Promise<GivenUp> {
  const { session } = stepOf(event);
  const { error, provision } = request.parse(event).story;
  const message = reasonOf(error, provision);
  log.warn("launch given up", { reason: message });
  const generation = (await findSession(session))?.generation ?? 0;
  return { teardownName: teardownExecutionName(session, generation + 1), message };
}

function reasonOf(
  error: { Error: string; Cause: string } | undefined,
  provision: { outcome: string; message: string } | undefined,
): string {
  if (error === undefined)
    return provision === undefined
      ? "it could not be admitted"
      : `${provision.outcome}: ${provision.message}`;
  if (error.Error === "States.Timeout") return "the machine did not report ready in time";
  return `${error.Error}: ${plainCause(error.Cause)}`.slice(0, 1_000);
}
