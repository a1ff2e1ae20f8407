import * as z from "zod";

/** The blueprint that removes old backups, and the appointment that starts it. */
export const retentionWork = "retention";

const most = 1_000;
const countAllowed = `allowed: a whole number from 0 to ${most}`;
const count = (usual: number) =>
  z.int(countAllowed).min(0, countAllowed).max(most, countAllowed).default(usual);

/** In Scheduler's own short form of a day's name. */
const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** How often an appointment that finds a devbox live comes again, an hour later each time. The last one waits for nobody. */
export const putOffHours = 3;
/** So late that the appointment and all that it is put off to are on one day. */
const latestHour = 23 - putOffHours;
const hourAllowed = `allowed: a whole number from 0 to ${latestHour}, because it may be put off by ${putOffHours} hours`;
const zoneAllowed = 'allowed: the name of a time zone, such as "Europe/Berlin"';

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

const fields = {
  /** When old backups are removed, once a week: at an hour at which nobody works. */
  day: z.enum(days, `allowed: ${days.join(", ")}`).default("sunday"),
  hour: z.int(hourAllowed).min(0, hourAllowed).max(latestHour, hourAllowed).default(4),
  /** Offsets such as +01:00 are zones to JavaScript and none to Scheduler. */
  timeZone: z
    .string(zoneAllowed)
    .regex(/^[A-Za-z]/, zoneAllowed)
    .refine(isTimeZone, zoneAllowed)
    .default("UTC"),
  /** Of so many hours, days, weeks and months that have a backup, the last one stays. */
  keepHourly: count(24),
  keepDaily: count(14),
  keepWeekly: count(8),
  keepMonthly: count(12),
};

/** When old backups are removed, and which stay. A policy that keeps nothing is a slip, not a wish. */
export const retention = z
  .strictObject(fields, `allowed: null, or an object with ${Object.keys(fields).join(", ")}`)
  .refine(
    ({ keepHourly, keepDaily, keepWeekly, keepMonthly }) =>
      keepHourly + keepDaily + keepWeekly + keepMonthly > 0,
    {
      path: ["keepDaily"],
      message:
        "allowed: at least one of keepHourly, keepDaily, keepWeekly, keepMonthly more than 0, or backups would not be kept",
    },
  );
export type Retention = z.infer<typeof retention>;

/** What a machine is told of it; it must do without an appointment. */
export function keepPolicyOf(policy: Retention | null) {
  if (policy === null) return null;
  const { keepHourly, keepDaily, keepWeekly, keepMonthly } = policy;
  return { keepHourly, keepDaily, keepWeekly, keepMonthly };
}

/** As Scheduler writes it: the appointment, and each hour that it may be put off to. */
export const retentionSchedule = ({ day, hour }: Pick<Retention, "day" | "hour">): string =>
  `cron(0 ${hour}-${hour + putOffHours} ? * ${day.slice(0, 3).toUpperCase()} *)`;
