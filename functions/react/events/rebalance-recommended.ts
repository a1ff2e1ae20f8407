import * as z from "zod";
import { findSession } from "../../session/store.ts";
import { nothing } from "../decision.ts";
import { decideOnRebalance } from "../decisions/spot.ts";
import { ourMachine } from "../facts.ts";
import { reaction } from "../reaction.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html */
const schema = z.object({
  source: z.literal("aws.ec2"),
  "detail-type": z.literal("EC2 Instance Rebalance Recommendation"),
  time: z.iso.datetime().optional(),
  detail: z.object({ "instance-id": z.string() }),
});

export const rebalanceRecommended = reaction("rebalance recommended", schema, async (event, now) => {
  const ours = await ourMachine(event.detail["instance-id"]);
  if (ours === undefined) return nothing("the machine is not ours");
  const noticedAt = event.time === undefined ? now : new Date(event.time);
  return decideOnRebalance(await findSession(ours.session), ours.machine, noticedAt, now);
});
