import type { SessionRecord } from "../session/record.ts";
import { wasSpared } from "../session/spot.ts";

/** Spot is about to take the machine away, so nobody else should. */
export const isBeingInterrupted = (
  { reason, interruptedAt }: Pick<SessionRecord, "reason" | "interruptedAt">,
  now: Date,
): boolean =>
  reason === "interrupted" && interruptedAt !== undefined && !wasSpared(new Date(interruptedAt), now);
