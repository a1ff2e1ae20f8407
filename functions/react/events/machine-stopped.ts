import * as z from "zod";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnBackupOf, decideOnMachine } from "../decisions/machine.ts";
import { ourMachine } from "../facts.ts";
import { reaction } from "../reaction.ts";

const schema = z.object({
  source: z.literal("aws.ec2"),
  "detail-type": z.literal("EC2 Instance State-change Notification"),
  detail: z.object({ "instance-id": z.string(), state: z.string() }),
});

export const machineStopped = reaction("machine stopped", schema, async ({ detail }, now) => {
  const instanceId = detail["instance-id"];
  const ours = await ourMachine(instanceId);
  if (ours === undefined) return nothing("the machine is not ours");
  const { phase } = ours.machine;
  const record = await findSession(ours.session);
  const machine = { instanceId, state: detail.state, phase };
  return [...decideOnBackupOf(record, machine, now), decideOnMachine(record, machine, now)];
});
