import * as z from "zod";
import { endReason } from "../../../workflows/teardown.contract.ts";
import { settings } from "../../session/settings.ts";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnLaunch, decideOnTeardown } from "../decisions/executions.ts";
import { sessionFrom } from "../facts.ts";
import { reaction } from "../reaction.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const schema = z.object({
  source: z.literal("aws.states"),
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(["FAILED", "TIMED_OUT", "ABORTED"]),
    /** JSON text, or null when it was too long. */
    input: z.string().nullable(),
    error: z.string().nullish(),
  }),
});

const teardownTold = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue("not JSON");
      return z.NEVER;
    }
  })
  .pipe(z.object({ session: z.string(), reason: endReason.default("operator") }));

/** What a teardown was about: its input says, or else its name, which is the session and a number. */
function aboutTeardown(name: string, input: string | null) {
  return (
    teardownTold.safeParse(input).data ?? { session: name.replace(/-\d+$/, ""), reason: "operator" as const }
  );
}

export const executionStopped = reaction("execution stopped", schema, async ({ detail }, now) => {
  const { name, input, status, error } = detail;
  const stopped = { arn: detail.executionArn, status, error: error ?? undefined };
  const { launchWorkflowArn, teardownWorkflowArn, onSaveFailure } = settings();
  if (detail.stateMachineArn === launchWorkflowArn) {
    const session = sessionFrom(name);
    if (session === undefined) return nothing("no session can have that name");
    return decideOnLaunch(session, await findSession(session), stopped, now);
  }
  if (detail.stateMachineArn !== teardownWorkflowArn) return nothing("the workflow is not ours");
  const { session: told, reason } = aboutTeardown(name, input);
  const session = sessionFrom(told);
  if (session === undefined) return nothing("no session can have that name");
  const record = await findSession(session);
  return decideOnTeardown(record, { ...stopped, endReason: reason, onSaveFailure }, now);
});
