import * as z from "zod";
import { type TornDown, tornDown } from "../../workflows/teardown.contract.ts";
import { emit, notify, tell } from "../session/events.ts";
import { executionLink } from "../session/links.ts";
import type { SessionRecord } from "../session/record.ts";
import { stepOf } from "../session/step.ts";
import { always, findSession, updateSession } from "../session/store.ts";

const request = z.object({ account: tornDown });

/** Tells the operator that the session is gone: why, what was saved, what it cost, where to look. */
export async function announce(event: unknown): Promise<TornDown> {
  const { session } = stepOf(event);
  const { account } = request.parse(event);
  const record = await findSession(session);
  if (record?.told === "ended") return account;

  const { reason, saved, hours, cost, onDemandCost } = account;
  await tell(
    emit("ended", { ...account, failure: record?.failure }),
    notify(`Moonbase session ${session} has ended: ${reason}`, [
      `Session ${session} has ended (${reason}). Nothing of it is left in the account.`,
      ...failureLines(record),
      `Saved: ${saved}.`,
      `It ran ${hours} hours and cost about $${cost} ($${onDemandCost} on demand).`,
    ]),
  );
  await updateSession(session, { told: "ended" }, always);
  return account;
}

const failureLines = (record: SessionRecord | undefined): string[] =>
  record?.failure === undefined
    ? []
    : [`What went wrong: ${record.failure}`, `Look at: ${executionLink(record.launchExecution)}`];
