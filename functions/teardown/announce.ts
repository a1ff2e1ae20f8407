import * as z from "zod";
import { type TornDown, tornDown } from "../../workflows/teardown.contract.ts";
import { emit, notify } from "../session/events.ts";
import { stepOf } from "../session/step.ts";
import { always, findSession, updateSession } from "../session/store.ts";

const request = z.object({ account: tornDown });

/** Tells the operator that the session is gone: why, what was saved, what it cost. */
export async function announce(event: unknown): Promise<TornDown> {
  const { session } = stepOf(event);
  const { account } = request.parse(event);
  if ((await findSession(session))?.told === "ended") return account;

  const { reason, saved, hours, cost, onDemandCost } = account;
  await emit("ended", account);
  await notify(`Moonbase session ${session} has ended: ${reason}`, [
    `Session ${session} has ended (${reason}). Nothing of it is left in the account.`,
    `Saved: ${saved}.`,
    `It ran ${hours} hours and cost about $${cost} ($${onDemandCost} on demand).`,
  ]);
  await updateSession(session, { told: "ended" }, always);
  return account;
}
