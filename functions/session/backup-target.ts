import { isIPv4 } from "node:net";
import * as z from "zod";

const cidrAllowed =
  'allowed: a range of IPv4 addresses from /8 to /32, such as "203.0.113.0/24", or null for none';

/** From where devices may come. The whole internet is no range here, whatever it is called. */
const cidr = z.string(cidrAllowed).refine((text) => {
  const [address = "", length = "", ...rest] = text.split("/");
  return (
    rest.length === 0 &&
    isIPv4(address) &&
    !address.startsWith("0.") &&
    /^\d{1,2}$/.test(length) &&
    Number(length) >= 8 &&
    Number(length) <= 32
  );
}, cidrAllowed);

const sizeAllowed = "allowed: 1 to 16384 whole GiB";
const keptAllowed = "allowed: 1 to 100 snapshots";
const minutesAllowed = "allowed: 40 to 1440 whole minutes";
const scheduleAllowed =
  'allowed: a schedule of EventBridge Scheduler, such as "cron(0 3 * * ? *)" or "rate(1 day)", or null for none';

/** The key `backupTarget` of the configuration. Every message says what is allowed. */
export const backupTarget = z
  .strictObject({
    /** Of its volume; raised later, the volume is grown to it. A volume is never made smaller. */
    sizeGiB: z.int(sizeAllowed).min(1, sizeAllowed).max(16_384, sizeAllowed).default(100),
    /** Who may reach its ssh. Null: nobody, and Session Manager is the way in. */
    allowedCidr: cidr.nullable().default(null),
    /** Where a new volume is made; null: wherever there is a machine for it. A volume that is there stays where it is. */
    zone: z
      .string("allowed: text")
      .regex(
        /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/,
        'allowed: the name of a zone, such as "eu-west-1a", or null for any',
      )
      .nullable()
      .default(null),
    /** When a backup window opens by itself; null: only when it is asked for. */
    windowSchedule: z
      .string(scheduleAllowed)
      .regex(/^(?:cron|rate)\([^()]{1,100}\)$/, scheduleAllowed)
      .nullable()
      .default(null),
    /** In whose time the schedule is. */
    timeZone: z
      .string("allowed: the name of a time zone")
      .regex(
        /^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/,
        'allowed: the name of a time zone, such as "Europe/Berlin"',
      )
      .default("UTC"),
    windowMinutes: z.int(minutesAllowed).min(40, minutesAllowed).max(1440, minutesAllowed).default(60),
    /** How many snapshots of the volume are kept; older ones are deleted when a new one has been taken. */
    snapshotsKept: z.int(keptAllowed).min(1, keptAllowed).max(100, keptAllowed).default(7),
  })
  .nullable()
  .default(null);
export type BackupTargetSettings = NonNullable<z.infer<typeof backupTarget>>;
