import * as z from "zod";
import { notify } from "../session/events.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";

/** As much of the story as there is where it breaks off. */
const broken = z.object({
  termination: z.object({ message: z.string() }).optional(),
  verification: z.object({ message: z.string() }).optional(),
  error: z.object({ Error: z.string() }).optional(),
});

const request = z.object({ story: broken });

const leftoversIn = ({ error, verification, termination }: z.infer<typeof broken>): string =>
  error?.Error ?? verification?.message ?? termination?.message ?? "no reason is known";

/** Tells the operator exactly what could not be removed, where to look, and that it is tried again. */
export async function reportLeftovers(event: unknown): Promise<{ message: string }> {
  const { session } = stepOf(event);
  const message = leftoversIn(request.parse(event).story);
  await notify(`Moonbase session ${session} is not gone yet`, [
    `The teardown of session ${session} did not finish: ${message}.`,
    "It is tried again by itself. What is left may cost money until then.",
    `To see and remove it by hand, list everything tagged moonbase:stage=${settings().stage} and moonbase:session=${session}.`,
  ]);
  return { message };
}
