import type { DoorChange, SessionRecord } from "../session/record.ts";
import { updateSession } from "../session/store.ts";

/** A function lives 50 seconds at most. */
const longestStepMilliseconds = 55_000;

export const untilWhen = (now: Date): string =>
  new Date(now.getTime() + longestStepMilliseconds).toISOString();

/**
 * Writes down the change, if there is one, and that a step is at work until then, for a teardown to wait for. Answers
 * whether the session was still as it was judged: nobody ends it, and nobody else has changed it.
 */
export function write(
  { id, doorChanges }: SessionRecord,
  change: DoorChange | undefined,
  busyUntil: string,
  now: Date,
): Promise<boolean> {
  return updateSession(
    id,
    { busyUntil, ...(change !== undefined && { doorChanges: [...(doorChanges ?? []), change] }) },
    {
      expression: [
        "#status = :ready AND (attribute_not_exists(claim) OR claim.expiresAt <= :now)",
        doorChanges === undefined ? "attribute_not_exists(doorChanges)" : "size(doorChanges) = :before",
      ].join(" AND "),
      names: { "#status": "status" },
      values: {
        ":ready": "ready",
        ":now": now.toISOString(),
        ...(doorChanges !== undefined && { ":before": doorChanges.length }),
      },
    },
  );
}

/** The step is over, unless another one has begun meanwhile. */
export const giveBack = (session: string, busyUntil: string): Promise<boolean> =>
  updateSession(
    session,
    { busyUntil: new Date(0).toISOString() },
    { expression: "busyUntil = :busyUntil", values: { ":busyUntil": busyUntil } },
  );
