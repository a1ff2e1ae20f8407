import * as z from "zod";
import { session } from "../../workflows/fields.ts";
import { lookAgain, lookAgainAbout, sweepEventSource } from "../session/asks.ts";
import { findMachines, tagOf } from "../session/machines.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { sessionFilters, tagKeys } from "../session/tags.ts";
import { decideOnAppointment, decideOnAsk, decideOnIdle, retryMinutes } from "./decide.ts";
import { type Decision, nothing } from "./decision.ts";

/** The sweep asks again what an alarm or a machine asked once: it may have been too early then, or nobody heard. */
export const lookAgainEvent = z.object({
  source: z.literal(sweepEventSource),
  "detail-type": z.literal(lookAgain),
  detail: z.object({ stage: z.string(), session, about: z.enum(lookAgainAbout) }),
});
export type LookAgainEvent = z.infer<typeof lookAgainEvent>;

/** Decides as on the event that came once, from the facts of now. */
export async function decideOnLookAgain({ detail }: LookAgainEvent, now: Date): Promise<Decision> {
  const { stage, session: id, about } = detail;
  if (stage !== settings().stage) return nothing("the sweep of another stage asks");
  const record = await findSession(id);
  switch (about) {
    case "idle":
      return decideOnIdle(record, now);
    case "asks": {
      const machines = await findMachines(sessionFilters(stage, id));
      const asking = machines.find(({ InstanceId }) => InstanceId === record?.machine?.instanceId);
      if (asking?.InstanceId === undefined) return nothing("the session has no machine that could ask");
      return decideOnAsk(record, { instanceId: asking.InstanceId, asks: tagOf(asking, tagKeys.asks) }, now);
    }
    case "kept":
      return decideOnKept(id, record, now);
  }
}

/** The longest that a teardown is at it before it fails and the undertaker makes its next appointment. */
const longestTeardownMinutes = 30;

/** The undertaker comes back, later each time; asked again by somebody else, an appointment is not overtaken. */
function decideOnKept(id: string, record: SessionRecord | undefined, now: Date): Decision {
  if (record?.claim !== undefined) {
    const minutes = longestTeardownMinutes + retryMinutes(record.generation);
    const dueAt = new Date(Date.parse(record.claim.claimedAt) + minutes * 60_000);
    if (now < dueAt) return nothing(`the undertaker comes back for it until ${dueAt.toISOString()}`);
  }
  return decideOnAppointment(id, record, record?.reason, now);
}
