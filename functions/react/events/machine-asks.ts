import * as z from "zod";
import { machineAsksForEnd, machineEventSource } from "../../session/asks.ts";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnAsk } from "../decisions/activity.ts";
import { ourMachine } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(machineEventSource),
  "detail-type": z.literal(machineAsksForEnd),
  detail: z.object({ "instance-id": z.string() }),
});

export const machineAsks = reaction("machine asks", schema, async ({ detail }, now) => {
  const ours = await ourMachine(detail["instance-id"]);
  if (ours === undefined) return nothing("the machine is not ours");
  return decideOnAsk(await findSession(ours.session), ours.machine, now);
});
