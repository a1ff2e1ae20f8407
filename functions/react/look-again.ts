import * as z from "zod";
import { session } from "../../workflows/fields.ts";
import { lookAgain, lookAgainAbout, sweepEventSource } from "../session/asks.ts";
import { findMachines, tagOf } from "../session/machines.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { sessionFilters, tagKeys } from "../session/tags.ts";
import { decideOnAppointment, decideOnAsk, decideOnIdle } from "./decide.ts";
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
      return decideOnAppointment(id, record, record?.reason, now);
  }
}
