import * as z from "zod";
import { readLiveSessions } from "../../session/ledger.ts";
import { retentionWork } from "../../session/retention.ts";
import { scheduleEventSource } from "../../session/schedules.ts";
import { settings } from "../../session/settings.ts";
import { decideOnRetention } from "../decisions/retention.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(scheduleEventSource),
  "detail-type": z.literal(retentionWork),
  /** Scheduler puts the appointment's time here; whatever is no time is an engine that does not. */
  detail: z.object({ scheduledTime: z.iso.datetime().optional().catch(undefined) }).default({}),
});

export const retentionDue = reaction("retention due", schema, async ({ detail }, now) => {
  const { retention, launchWorkflowArn } = settings();
  const sessions = await readLiveSessions();
  const scheduledAt = detail.scheduledTime === undefined ? now : new Date(detail.scheduledTime);
  return decideOnRetention({ scheduledAt, policy: retention, launchWorkflowArn, sessions });
});
