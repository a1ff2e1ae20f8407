import * as z from "zod";
import { endReason } from "../../../workflows/teardown.contract.ts";
import { expiryDetailType, scheduleEventSource } from "../../session/schedules.ts";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnAppointment } from "../decisions/appointment.ts";
import { idleAlarmOf, machineOf, sessionFrom } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(scheduleEventSource),
  "detail-type": z.literal(expiryDetailType),
  detail: z.object({ session: z.string(), endReason: endReason.optional() }),
});

export const appointment = reaction("appointment", schema, async ({ detail }, now) => {
  const session = sessionFrom(detail.session);
  if (session === undefined) return nothing("no session can have that name");
  const record = await findSession(session);
  const isIdle = record?.notice?.reason === "idle";
  const machine = isIdle ? await machineOf(record) : undefined;
  const alarm = isIdle ? await idleAlarmOf(session) : undefined;
  return decideOnAppointment({ session, record, endReason: detail.endReason, machine, alarm }, now);
});
