import type { SessionRecord } from "../session/record.ts";

/** Spot takes a machine two minutes after its notice. One that is there after five was spared, as some are. */
const spotMinutes = 5;

/** Spot is about to take the machine away, so nobody else should. */
export function isBeingInterrupted(
  { reason, interruptedAt }: Pick<SessionRecord, "reason" | "interruptedAt">,
  now: Date,
): boolean {
  return (
    reason === "interrupted" &&
    interruptedAt !== undefined &&
    now.getTime() < Date.parse(interruptedAt) + spotMinutes * 60_000
  );
}
