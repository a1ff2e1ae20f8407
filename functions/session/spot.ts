import type { SessionRecord } from "./record.ts";
import { minutesFrom } from "./times.ts";

/**
 * EC2 takes a machine two minutes after its notice, and no earlier:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export const takenAt = (noticeAt: Date): Date => minutesFrom(noticeAt, 2);

/** One that is there five minutes after its notice was spared, as some are. */
export const wasSpared = (noticeAt: Date, now: Date): boolean => now >= minutesFrom(noticeAt, 5);

/**
 * Spot is about to take the machine away, so nobody else should. The notice counts, and not what this end was begun for:
 * whoever wrote the notice down may have died before the teardown that it wanted.
 */
export const isBeingInterrupted = (
  { interruptedAt }: Pick<SessionRecord, "interruptedAt">,
  now: Date,
): boolean => interruptedAt !== undefined && !wasSpared(new Date(interruptedAt), now);
