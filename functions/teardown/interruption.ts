import type { SessionRecord } from "../session/record.ts";

/** Spot takes a machine two minutes after its notice. One that is there after five was spared, as some are. */
const spotMinutes = 5;

/**
 * Spot is about to take the machine away, so nobody else should. The notice counts, and not what this end was begun for:
 * whoever wrote the notice down may have died before the teardown that it wanted.
 */
export function isBeingInterrupted(
  { interruptedAt }: Pick<SessionRecord, "interruptedAt">,
  now: Date,
): boolean {
  return interruptedAt !== undefined && now.getTime() < Date.parse(interruptedAt) + spotMinutes * 60_000;
}
