import { restoreOf } from "../../functions/session/home-text.ts";
import { openingOf } from "../../functions/session/opening.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import { session as sessionField } from "../../workflows/fields.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { sweepKeys } from "../session/keys.ts";
import { machinesOf, machinesOfStage } from "../session/machines.ts";
import { outlookOf } from "../session/outlook.ts";
import { findRecord, readLive, readRecords } from "../session/records.ts";
import { compare, disagreement, type Seen, stateOf } from "../session/seen.ts";
import { detailText, lastSave, listText, type View } from "../show/status.ts";

/** `status`: what is live, by the books and by the machines. No history is read. */
export async function status(context: Context, session: string | undefined): Promise<Ending> {
  const announced = context.announce();
  const seen = session === undefined ? await seeAll(context) : [await seeOne(context, session)];
  await announced;
  const { onSaveFailure } = context.configFile.config;
  const view = { now: new Date(), onSaveFailure };
  const documents = seen.map((one) => toDocument(one, view));
  if (session === undefined) context.screen.result(documents, listText(seen, view));
  else context.screen.result(documents[0], seen.map((one) => detailText(one, view)).join("\n"));
  await sweepKeys(context);
  return "done";
}

async function seeAll(context: Context): Promise<Seen[]> {
  const books = readLive(context).then(({ sessions }) => readRecords(context, [...sessions]));
  const [records, machines] = await Promise.all([books, machinesOfStage(context)]);
  return compare(records, machines);
}

async function seeOne(context: Context, session: string): Promise<Seen> {
  const record = await recordOf(context, session);
  const [machine] = await machinesOf(context, session);
  return { session, record, machine, disagreement: disagreement(record, machine) };
}

/** The record of a session, or what to do when there is none. */
export async function recordOf(context: Context, session: string): Promise<SessionRecord> {
  const record = sessionField.safeParse(session).success ? await findRecord(context, session) : undefined;
  if (record !== undefined) return record;
  throw new CommandError({
    what: `there is no session ${JSON.stringify(session)} in stage "${context.stage}"`,
    remedy: "npx moonbase status lists the sessions that are live; another stage: --stage",
    ending: "unknown",
  });
}

export function toDocument(seen: Seen, { now, onSaveFailure }: View) {
  const { session, record, machine } = seen;
  const outlook = record === undefined ? outlookOfNothing : outlookOf(record, onSaveFailure);
  return {
    session,
    state: stateOf(seen),
    blueprint: record?.blueprint ?? null,
    instanceId: record?.machine?.instanceId ?? machine?.id ?? null,
    instanceType: record?.machine?.instanceType ?? null,
    market: record?.machine?.market ?? null,
    zone: record?.machine?.zone ?? null,
    address: machine?.address ?? null,
    machineState: machine?.state ?? null,
    phase: machine?.phase ?? null,
    restore: (record && restoreOf(record)) ?? null,
    restored: record?.ready?.restored ?? null,
    saved: lastSave(seen) ?? null,
    ssh: (record?.ending === undefined && record !== undefined ? openingOf(record) : undefined) ?? null,
    requestedAt: record?.requestedAt ?? null,
    readyAt: record?.readyAt ?? null,
    expiresAt: record?.expiresAt ?? null,
    ...outlook,
    minutesLeft: outlook.stopsAt === null ? null : minutesUntil(outlook.stopsAt, now),
    requestedBy: record?.requestedBy ?? null,
    highestCost: record?.estimate ?? null,
    cost: record?.ending?.cost ?? null,
    reason: record?.reason ?? null,
    disagreement: seen.disagreement ?? null,
  };
}

const minutesUntil = (at: string, now: Date): number =>
  Math.max(0, Math.round((Date.parse(at) - now.getTime()) / 60_000));

/** What no record explains has no end of its own. */
const outlookOfNothing = {
  stopsAt: null,
  notice: null,
  heldUntil: null,
  interruptedAt: null,
  kept: null,
  keptUntil: null,
};
