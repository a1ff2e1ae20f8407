import * as z from "zod";
import { fieldsAllowed, requestedBy, sourceCidr, volumeSnapshot, zone } from "./fields.ts";

const minutesAllowed = "allowed: 40 to 1440 whole minutes";

const fields = {
  /** How long the target is up at most; it goes earlier when nothing is sent. Left out: what is configured. */
  minutes: z.int(minutesAllowed).min(40, minutesAllowed).max(1440, minutesAllowed).optional(),
  /** The one address that may reach it; left out: where devices come from by configuration. */
  sourceCidr: sourceCidr.optional(),
  /** Who asks, in the caller's own words; nobody checks them. */
  requestedBy: requestedBy.optional(),
  /** Open although this month's budget would be broken. */
  force: z.boolean("allowed: true or false").default(false),
  /** A snapshot to go back to, and the zone to do it in: a new volume takes the place of the one that there is. */
  volumeSnapshot: volumeSnapshot.optional(),
  zone: zone.optional(),
  /** No window: the volume is snapshotted as it is, with or without a machine at it, and grown where it is to be. */
  snapshotOnly: z.boolean("allowed: true or false").default(false),
};

/** What an operator, the console or a schedule gives to `backup-window`. */
export const backupWindowInput = z.strictObject(fields, fieldsAllowed(...Object.keys(fields)));
export type BackupWindowInput = z.infer<typeof backupWindowInput>;

/** What `launch` is given for a window. */
const launchFields = z.object({
  blueprint: z.string(),
  maximumRuntimeMinutes: z.int(),
  force: z.boolean(),
  requestedBy: z.string(),
  sourceCidr: z.string().optional(),
  volumeSnapshot: z.string().optional(),
  zone: z.string().optional(),
});

export const windowPlan = z.object({
  outcome: z.enum(["open", "snapshot", "refused"]),
  message: z.string(),
  /** Empty when no window is opened. */
  session: z.string(),
  launch: launchFields,
});
export type WindowPlan = z.infer<typeof windowPlan>;

/** Whether the window's session is still there. */
export const windowWatched = z.object({ outcome: z.enum(["open", "closed"]), message: z.string() });
export type WindowWatched = z.infer<typeof windowWatched>;

export const snapshotTaken = z.object({
  outcome: z.enum(["taken", "nothing", "refused"]),
  message: z.string(),
  /** Empty unless it was taken. */
  snapshot: z.string(),
});
export type SnapshotTaken = z.infer<typeof snapshotTaken>;

export const snapshotWatched = z.object({
  outcome: z.enum(["completed", "pending", "failed"]),
  message: z.string(),
});
export type SnapshotWatched = z.infer<typeof snapshotWatched>;

export const volumeGrown = z.object({
  outcome: z.enum(["grown", "as-it-is", "not-now"]),
  message: z.string(),
});
export type VolumeGrown = z.infer<typeof volumeGrown>;

/** The output of a window that went well, or of a snapshot without one. */
export const windowClosed = z.object({
  /** Empty when no window was opened. */
  session: z.string(),
  snapshot: z.string(),
  /** Snapshots that were too many. */
  deleted: z.array(z.string()),
  /** What became of the volume's size. */
  growth: z.string(),
  message: z.string(),
});
export type WindowClosed = z.infer<typeof windowClosed>;

export const windowReported = z.object({ message: z.string() });
export type WindowReported = z.infer<typeof windowReported>;
