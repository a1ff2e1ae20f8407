import * as z from "zod";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnInterruption } from "../decisions/spot.ts";
import { ourMachine } from "../facts.ts";
import { reaction } from "../reaction.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html; its ARN has no account. */
const schema = z.object({
  source: z.literal("aws.ec2"),
  "detail-type": z.literal("EC2 Spot Instance Interruption Warning"),
  time: z.iso.datetime().optional(),
  detail: z.object({ "instance-id": z.string(), "instance-action": z.string() }),
});

export const spotWarning = reaction("spot warning", schema, async ({ time, detail }, now) => {
  const ours = await ourMachine(detail["instance-id"]);
  if (ours === undefined) return nothing("the machine is not ours");
  const warnedAt = time === undefined ? now : new Date(time);
  return decideOnInterruption(await findSession(ours.session), ours.machine, warnedAt, now);
});
