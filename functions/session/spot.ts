import { minutesFrom } from "./times.ts";

/**
 * EC2 takes a machine two minutes after its notice, and no earlier:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
 */
export const takenAt = (noticeAt: Date): Date => minutesFrom(noticeAt, 2);

/** One that is there five minutes after its notice was spared, as some are. */
export const wasSpared = (noticeAt: Date, now: Date): boolean => now >= minutesFrom(noticeAt, 5);
