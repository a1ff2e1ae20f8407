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
  "work-done",
  "work-failed",
  "launch-failed",
  "launch-stopped",
  "machine-gone",
  "swept",
] as const;
export const endReason = z.enum(reasons, `allowed: ${reasons.join(", ")}`);
export type EndReason = z.infer<typeof endReason>;

const sentence = z.string("allowed: text").max(1_000, "allowed: at most 1000 characters");

/** What an operator, `launch` or `react` gives to `teardown`. */
const fields = {
  session,
  reason: endReason.default("operator"),
  /** What the reason was seen by, as the machine itself has said. */
  evidence: z.string("allowed: text").max(256, "allowed: at most 256 characters").optional(),
  /** What went wrong, in a sentence, when something did; the operator is told. */
  failure: sentence.optional(),
  /** What a machine that works alone has done, in a sentence of its own; the operator is told. */
  work: sentence.optional(),
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

/** What is to be done about what the machine holds, before it is ended. */
export const savePlan = z.object({
  /** "terminate": nothing has to be saved, or nothing can be any more. */
  outcome: z.enum(["ask", "ask-quick", "await-interruption", "terminate", "overtaken"]),
  message: z.string(),
  /** What the machine is to be told, as in `functions/session/orders.ts`; empty when it is told nothing. */
  order: z.string(),
  /** When this was decided; what the machine saves must not be older. */
  at: z.string(),
});
export type SavePlan = z.infer<typeof savePlan>;

export const asked = z.object({ outcome: z.enum(["asked", "overtaken", "machine-gone"]) });
export type Asked = z.infer<typeof asked>;

/** A machine's own answer to an order. It is a claim, and looked into before anything is built on it. */
export const saveAnswer = z.object({
  outcome: z.enum(["saved", "failed"]),
  order: z.string().max(100),
  /** What to restore from. It becomes part of an object's key, so it is a plain word. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/)
    .optional(),
  message: z.string().max(1_000),
  seconds: z.number().nonnegative().optional(),
});
export type SaveAnswer = z.infer<typeof saveAnswer>;

export const saveVerdict = z.object({
  outcome: z.enum(["terminate", "keep", "await-interruption", "overtaken"]),
  /** What was saved, or why it was not. */
  message: z.string(),
  /** From when on the ending may be waited for. */
  at: z.string(),
});
export type SaveVerdict = z.infer<typeof saveVerdict>;

export const interruptionWatched = z.object({
  outcome: z.enum(["terminate", "keep", "not-yet", "overtaken"]),
  message: z.string(),
  at: z.string(),
});
export type InterruptionWatched = z.infer<typeof interruptionWatched>;

/** A machine that stays up although its end has come. */
export const kept = z.object({ message: z.string() });
export type Kept = z.infer<typeof kept>;

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
