import { keptUntil } from "../../functions/session/caps.ts";
import { costSoFar, savedPercent } from "../../functions/session/cost.ts";
import { restoreOf } from "../../functions/session/home-text.ts";
import { executionLink } from "../../functions/session/links.ts";
import { phasesOf } from "../../functions/session/phases.ts";
import { reasonInWords } from "../../functions/session/reasons.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { executionsOf, story, type Teller } from "../show/story.ts";
import { recordOf } from "./status.ts";

/** `why`: the story of a session, from its record alone. */
export async function why(context: Context, session: string): Promise<Ending> {
  await context.announce();
  const record = await recordOf(context, session);
  const { onSaveFailure } = context.configFile.config;
  const teller = { stage: context.stage, now: new Date(), onSaveFailure };
  context.screen.result(whyDocument(record, teller), story(record, teller));
  return "done";
}

/** The record, and what follows from it. Claim and backup are locks, not facts; the key opens nothing to anybody else. */
export function whyDocument(record: SessionRecord, { now, onSaveFailure }: Teller) {
  const { claim: _, publicKey: __, backup: ___, extendedBy, ...facts } = record;
  const { launch, teardown } = executionsOf(record);
  const cost = costSoFar(record, now);
  return {
    ...facts,
    restore: restoreOf(record) ?? null,
    extendedBy: [...(extendedBy ?? [])],
    because: record.reason === undefined ? null : reasonInWords[record.reason],
    phases: phasesOf(record),
    keptUntil: record.kept === undefined ? null : (keptUntil(record, onSaveFailure)?.toISOString() ?? null),
    cost: { ...cost, savedPercent: savedPercent(cost) },
    teardown,
    link: executionLink(launch),
    teardownLink: teardown === null ? null : executionLink(teardown),
  };
}
