import type { SessionRecord } from "../session/record.ts";
import { wasSpared } from "../session/spot.ts";

/**
 * Spot is about to take the machine away, so nobody else should. The notice counts, and not what this end was begun for:
 * whoever wrote the notice down may have died before the teardown that it wanted.
 */
export const isBeingInterrupted = (
  { interruptedAt }: Pick<SessionRecord, "interruptedAt">,
  now: Date,
): boolean => interruptedAt !== undefined && !wasSpared(new Date(interruptedAt), now);
