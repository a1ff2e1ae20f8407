import * as z from "zod";
import { regularWork, scheduleEventSource } from "../../session/schedules.ts";
import { settings } from "../../session/settings.ts";
import { decideOnSchedule } from "../decisions/regular-work.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(scheduleEventSource),
  "detail-type": z.enum(regularWork),
  detail: z
    .object({
      /** Scheduler puts the appointment's time here; whatever is no time is an engine that does not. */
      scheduledTime: z.iso.datetime().optional().catch(undefined),
      input: z.record(z.string(), z.unknown()).default({}),
    })
    .default({ input: {} }),
});

/** Without an appointment's time, what comes within the same minute is the same appointment. */
const minuteOf = (now: Date) => new Date(Math.floor(now.getTime() / 60_000) * 60_000);

export const regularSchedule = reaction("schedule", schema, async (event, now) => {
  const { "detail-type": work, detail } = event;
  const scheduledAt = detail.scheduledTime === undefined ? minuteOf(now) : new Date(detail.scheduledTime);
  return decideOnSchedule(work, scheduledAt, settings().scheduledWorkflowArns[work], detail.input);
});
