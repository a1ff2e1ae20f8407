import * as z from "zod";
import { machineEventSource, machineOnTailnet } from "../../session/asks.ts";
import { settings } from "../../session/settings.ts";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnTailnet } from "../decisions/tailnet.ts";
import { ourMachine } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal(machineEventSource),
  "detail-type": z.literal(machineOnTailnet),
  detail: z.object({ "instance-id": z.string() }),
});

export const onTailnet = reaction("machine on tailnet", schema, async ({ detail }, now) => {
  const ours = await ourMachine(detail["instance-id"]);
  if (ours === undefined) return nothing("the machine is not ours");
  return decideOnTailnet(await findSession(ours.session), ours.machine, settings().sshWorkflowArn, now);
});
