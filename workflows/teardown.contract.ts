import * as z from "zod";
import { fieldsAllowed, session } from "./fields.ts";

/** Why a session ends. It goes to the record, the log, the event and the notice. */
const reasons = [
  "operator",
  "expired",
  "budget",
  "interrupted",
  "idle",
  "logged-out",
  "launch-failed",
  "launch-stopped",
  "machine-gone",
  "swept",
] as const;
export const endReason = z.enum(reasons, `allowed: ${reasons.join(", ")}`);
export type EndReason = z.infer<typeof endReason>;

/** What an operator, `launch` or `react` gives to `teardown`. */
const fields = {
  session,
  reason: endReason.default("operator"),
  /** What went wrong, in a sentence, when something did; the operator is told. */
  failure: z.string("allowed: text").max(1_000, "allowed: at most 1000 characters").optional(),
};
export const teardownInput = z.strictObject(fields, fieldsAllowed(...Object.keys(fields)));
export type TeardownInput = z.infer<typeof teardownInput>;

export const claim = z.object({
  /** Empty when the input was refused. */
  session: z.string(),
  outcome: z.enum(["claimed", "held", "unknown", "refused"]),
  message: z.string(),
});
export type Claim = z.infer<typeof claim>;

export const save = z.object({ outcome: z.enum(["nothing-to-save"]), message: z.string() });
export type Save = z.infer<typeof save>;

export const termination = z.object({
  outcome: z.enum(["terminated", "terminating", "stuck"]),
  message: z.string(),
});
export type Termination = z.infer<typeof termination>;

export const cleanedUp = z.object({ outcome: z.literal("cleaned") });
export type CleanedUp = z.infer<typeof cleanedUp>;

export const verification = z.object({
  outcome: z.enum(["clean", "not-yet", "left"]),
  message: z.string(),
});
export type Verification = z.infer<typeof verification>;

/** The output of a teardown that went well. */
export const tornDown = z.object({
  session: z.string(),
  reason: endReason,
  saved: z.string(),
  hours: z.number(),
  cost: z.number(),
  onDemandCost: z.number(),
});
export type TornDown = z.infer<typeof tornDown>;

/** What a teardown that broke off says of what is left. */
export const reported = z.object({ message: z.string() });
export type Reported = z.infer<typeof reported>;
