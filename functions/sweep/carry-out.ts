import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { lookAgain, sweepEventSource } from "../session/asks.ts";
import { eventbridge } from "../session/clients.ts";
import { nameOf } from "../session/errors.ts";
import { freePlaces } from "../session/ledger.ts";
import { settings } from "../session/settings.ts";
import { startTeardown } from "../session/start-teardown.ts";
import { releaseClaim } from "../session/store.ts";
import { hireUndertaker } from "../session/undertaker.ts";
import { inBatches } from "./batches.ts";
import type { Ask, End, Judgement, Repair } from "./judgement.ts";

/** As many as can be started in the time that a function has; the others are there ten minutes later. */
const mostEnds = 50;

export interface Done {
  ended: End[];
  /** Ends that wait for the next sweep. */
  putOff: End[];
  repaired: Repair[];
  asked: Ask[];
  failures: string[];
}

/** Does what was judged. One thing that cannot be done keeps none of the others. */
export async function carryOut({ ends, repairs, asks }: Judgement, now: Date): Promise<Done> {
  const failures: string[] = [];
  const doing = <Item>(items: Item[], what: (item: Item) => string, work: (item: Item) => Promise<void>) =>
    inBatches(items, async (item) => {
      try {
        await work(item);
        return [item];
      } catch (error) {
        failures.push(`${what(item)} (${nameOf(error)})`);
        return [];
      }
    }).then((done) => done.flat());

  const ended = await doing(
    ends.slice(0, mostEnds),
    ({ session }) => `session ${session}: its teardown could not be started`,
    (end) => begin(end, now),
  );
  const repaired = await doing(repairs, ({ why }) => `not repaired: ${why}`, repair);
  const asked = await doing(
    asks,
    ({ session, about }) => `session ${session}: not asked about ${about}`,
    ask,
  );
  return { ended, putOff: ends.slice(mostEnds), repaired, asked, failures };
}

async function begin({ session, reason, why, generation, deadClaim }: End, now: Date): Promise<void> {
  if (deadClaim !== undefined) await releaseClaim(session, deadClaim);
  const failure = reason === "swept" ? undefined : `found by the sweep: ${why}`.slice(0, 1_000);
  await startTeardown({ session, reason, ...(failure && { failure }) }, generation ?? numberOf(now));
}

/** A session without a record has no count of its teardowns: two sweeps within a minute mean the same one. */
const numberOf = (now: Date) => Math.floor(now.getTime() / 60_000);

async function repair(wanted: Repair): Promise<void> {
  switch (wanted.repair) {
    case "hire-undertaker": {
      const { session, endReason, at } = wanted;
      return hireUndertaker({ session, ...(endReason !== undefined && { endReason }) }, at);
    }
    case "free-places":
      return freePlaces(wanted.sessions, { seen: wanted.seen, committed: wanted.committed });
  }
}

/** AWS lets nobody speak in its own name, so the question has a source of ours. */
async function ask({ session, about }: Ask): Promise<void> {
  const Detail = JSON.stringify({ stage: settings().stage, session, about });
  const { FailedEntryCount, Entries } = await eventbridge.send(
    new PutEventsCommand({ Entries: [{ Source: sweepEventSource, DetailType: lookAgain, Detail }] }),
  );
  if (FailedEntryCount) throw Object.assign(new Error("not taken"), { name: Entries?.[0]?.ErrorCode });
}
