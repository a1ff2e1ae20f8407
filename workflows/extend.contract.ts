import * as z from "zod";
import { fieldsAllowed, session } from "./fields.ts";

/** No blueprint lets a machine live longer than twelve hours; what is left of a session's own time is judged later. */
const longestExtensionMinutes = 720;
const longestHoldMinutes = 1440;

const minutes = (least: number, most: number) => {
  const allowed = `allowed: ${least} to ${most} whole minutes`;
  return z.int(allowed).min(least, allowed).max(most, allowed).optional();
};

const fields = {
  session,
  /** Minutes by which the session ends later. */
  extendMinutes: minutes(1, longestExtensionMinutes),
  /** Minutes from now for which idleness does not end the session; 0 releases it. */
  holdMinutes: minutes(0, longestHoldMinutes),
};

/** What an operator gives to `extend`. */
export const extendInput = z
  .strictObject(fields, fieldsAllowed(...Object.keys(fields)))
  .superRefine(({ extendMinutes, holdMinutes }, context) => {
    if (extendMinutes === undefined && holdMinutes === undefined) {
      context.addIssue({
        code: "custom",
        path: ["extendMinutes"],
        message: "allowed: extendMinutes, holdMinutes, or both",
      });
    }
  });
export type ExtendInput = z.infer<typeof extendInput>;

/** The output of an extension that went well. */
export const extended = z.object({
  session: z.string(),
  expiresAt: z.string(),
  /** Until when idleness does not end it; null: it is not held. */
  heldUntil: z.string().nullable(),
  message: z.string(),
});
export type Extended = z.infer<typeof extended>;

/** What the one step answers. Refused, `session` and `expiresAt` are empty and `message` says why. */
export const extension = extended.extend({ outcome: z.enum(["extended", "refused"]) });
export type Extension = z.infer<typeof extension>;
