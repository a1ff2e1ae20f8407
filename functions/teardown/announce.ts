import * as z from "zod";
import { type TornDown, tornDown } from "../../workflows/teardown.contract.ts";
import { aboutSession } from "../session/announcements.ts";
import type { DetailOf } from "../session/event-details.ts";
import { emit, tell } from "../session/events.ts";
import { endedNotice, savedId, sendNotice } from "../session/notices.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { always, findSession, updateSession } from "../session/store.ts";

const request = z.object({ account: tornDown });

/** Tells the operator that the session is gone: why, what was saved, what it cost, where to look. */
export async function announce(event: unknown): Promise<TornDown> {
  const { session } = stepOf(event);
  const { account } = request.parse(event);
  const record = await findSession(session);
  if (record?.told === "ended") return account;

  await tell(emit("ended", detailOf(record, account)), sendNotice(endedNotice(record, account)));
  await updateSession(session, { told: "ended" }, always);
  return account;
}

const detailOf = (record: SessionRecord | undefined, account: TornDown): DetailOf<"ended"> => ({
  ...(record === undefined ? aboutNothing : aboutSession(record)),
  stage: settings().stage,
  ...account,
  failure: record?.failure ?? null,
  work: record?.work ?? null,
  saveId: savedId(record?.save) ?? null,
});

/** Of a session without a record nobody knows what it was. */
const aboutNothing = { blueprint: null, instanceId: null, instanceType: null, zone: null, market: null };
