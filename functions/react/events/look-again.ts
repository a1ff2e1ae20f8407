import * as z from "zod";
import { session as sessionField } from "../../../workflows/fields.ts";
import { type LookAgainAbout, lookAgain, lookAgainAbout, sweepEventSource } from "../../session/asks.ts";
import { settings } from "../../session/settings.ts";
import { findSession } from "../../session/store.ts";
import { type Decision, nothing } from "../decision.ts";
import { decideOnAsk, decideOnIdle } from "../decisions/activity.ts";
import { type AppointmentFacts, decideOnAppointment } from "../decisions/appointment.ts";
import { decideOnKept } from "../decisions/kept.ts";
import { decideOnTailnet } from "../decisions/tailnet.ts";
import { idleAlarmOf, machineOf } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(sweepEventSource),
  "detail-type": z.literal(lookAgain),
  detail: z.object({ stage: z.string(), session: sessionField, about: z.enum(lookAgainAbout) }),
});

/** The sweep asks again what an alarm or a machine asked once: it may have been too early then, or nobody heard. */
export const lookAgainEvent = reaction("look again", schema, async ({ detail }, now) => {
  const { stage, session, about } = detail;
  if (stage !== settings().stage) return nothing("the sweep of another stage asks");
  const record = await findSession(session);
  const machine = await machineOf(record);
  const alarm = about === "notice" ? await idleAlarmOf(session) : undefined;
  return decideAgain(about, { session, record, endReason: undefined, machine, alarm }, now);
});

/** As on the event that came once, from the facts of now. */
function decideAgain(about: LookAgainAbout, facts: AppointmentFacts, now: Date): Decision {
  const { record, machine } = facts;
  switch (about) {
    case "idle":
      return decideOnIdle(record, machine, now);
    case "asks":
      if (machine === undefined) return nothing("the session has no machine that could ask");
      return decideOnAsk(record, machine, now);
    case "tailnet":
      if (machine === undefined) return nothing("the session has no machine that could be on a tailnet");
      return decideOnTailnet(record, machine, settings().sshWorkflowArn, now);
    case "kept":
      return decideOnKept(record, now);
    case "notice":
      return decideOnAppointment(facts, now);
  }
}
