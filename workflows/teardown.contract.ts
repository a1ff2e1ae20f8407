import * as z from "zod";
import { session } from "./fields.ts";

/** Why a session ends. It goes to the record, the log, the event and the notice. */
export const endReason = z.enum([
  "operator",
  "expired",
  "idle",
  "launch-failed",
  "launch-stopped",
  "machine-gone",
]);
export type EndReason = z.infer<typeof endReason>;

/** What an operator, `launch` or `react` gives to `teardown`. */
export const teardownInput = z.strictObject({
  session,
  reason: endReason.default("operator"),
});
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

export const verification = z.object({
  outcome: z.enum(["clean", "not-yet", "left"]),
  message: z.string(),
});
export type Verification = z.infer<typeof verification>;

/** The output of a teardown that went well. */
export const tornDown = z.object({
  session: z.string(),
  reason: z.string(),
  saved: z.string(),
  hours: z.number(),
  cost: z.number(),
  onDemandCost: z.number(),
});
export type TornDown = z.infer<typeof tornDown>;
