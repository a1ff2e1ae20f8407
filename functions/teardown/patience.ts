import * as z from "zod";
import { minutesFrom } from "../session/times.ts";

const request = z.object({ startedAt: z.iso.datetime() });

/** EC2 ends a machine within a minute or two as a rule; some take ten. Later than this, a person should look. */
const patienceMinutes = 15;

/** Whether this teardown may still wait, told by when saving was over: a count would need the workflow to keep it. */
export function isPatient(event: unknown, now = new Date()): boolean {
  const { startedAt } = request.parse(event);
  return now < minutesFrom(new Date(startedAt), patienceMinutes);
}
