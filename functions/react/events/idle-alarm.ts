import * as z from "zod";
import { namesOf } from "../../session/names.ts";
import { settings } from "../../session/settings.ts";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnIdle } from "../decisions/activity.ts";
import { machineOf, sessionFrom } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal("aws.cloudwatch"),
  "detail-type": z.literal("CloudWatch Alarm State Change"),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.literal("ALARM") }) }),
});

/** The session whose idle alarm bears this name; the name is ours, so it is read back the way it was made. */
function sessionOfAlarm(alarmName: string): string | undefined {
  const [before = "", after = ""] = namesOf(settings().stage).idleAlarm("|").split("|");
  if (!alarmName.startsWith(before) || !alarmName.endsWith(after)) return undefined;
  return sessionFrom(alarmName.slice(before.length, alarmName.length - after.length));
}

export const idleAlarm = reaction("idle alarm", schema, async ({ detail }, now) => {
  const session = sessionOfAlarm(detail.alarmName);
  if (session === undefined) return nothing("the alarm is not a session's");
  const record = await findSession(session);
  return decideOnIdle(record, await machineOf(record), now);
});
