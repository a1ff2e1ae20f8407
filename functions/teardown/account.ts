import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { TornDown } from "../../workflows/teardown.contract.ts";
import { kindOf } from "../session/choices.ts";
import { table } from "../session/clients.ts";
import { costOf } from "../session/cost.ts";
import { launchOutcome } from "../session/launches.ts";
import { failedCondition } from "../session/ledger.ts";
import { liveItem, monthItem } from "../session/ledger-items.ts";
import { count } from "../session/metrics.ts";
import type { Ending, SessionRecord } from "../session/record.ts";
import { region } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { findSession, getSession, releaseClaim, tableName } from "../session/store.ts";
import { dismissUndertaker } from "../session/undertaker.ts";

const request = z.object({ saved: z.string() });

/** Closes the books: hours and cost into the record and the month, the place freed, and last the undertaker dismissed. */
export async function account(event: unknown): Promise<TornDown> {
  const { session } = stepOf(event);
  const { saved } = request.parse(event);
  const record = await findSession(session);
  const closed = record === undefined ? undefined : await close(record, saved);
  await dismissUndertaker(session);
  return {
    session,
    reason: record?.reason ?? "operator",
    saved: closed?.saved ?? saved,
    hours: closed?.hours ?? 0,
    cost: closed?.cost ?? 0,
    onDemandCost: closed?.onDemandCost ?? 0,
  };
}

/** All of it or nothing, and once only: a second teardown of an ended session adds no cost. */
async function close(record: SessionRecord, saved: string): Promise<Ending> {
  if (record.ending !== undefined) {
    if (record.claim !== undefined) await releaseClaim(record.id, record.claim);
    return record.ending;
  }
  const now = new Date();
  const goneAt = new Date(record.goneAt ?? now);
  const ending: Ending = {
    endedAt: now.toISOString(),
    saved,
    ...costOf(record.machine, kindOf(record), region(), goneAt),
    ...(record.claim !== undefined && { teardown: record.claim.holder }),
  };
  const TableName = tableName();
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName,
              Key: { id: record.id },
              UpdateExpression: "SET #status = :ended, ending = :ending REMOVE claim",
              ConditionExpression: "attribute_exists(id) AND attribute_not_exists(ending)",
              ExpressionAttributeNames: { "#status": "status" },
              ExpressionAttributeValues: { ":ended": "ended", ":ending": ending },
            },
          },
          {
            Update: {
              TableName,
              Key: { id: monthItem(now) },
              UpdateExpression: "ADD cost :cost, hours :hours, ended :one",
              ExpressionAttributeValues: { ":cost": ending.cost, ":hours": ending.hours, ":one": 1 },
            },
          },
          {
            Update: {
              TableName,
              Key: { id: liveItem },
              UpdateExpression: "DELETE sessions :self ADD committed :back",
              ExpressionAttributeValues: { ":self": new Set([record.id]), ":back": -record.estimate },
            },
          },
        ],
      }),
    );
  } catch (error) {
    if (!failedCondition(error)) throw error;
    const written = (await getSession(record.id)).ending;
    if (written === undefined) throw error;
    return written;
  }
  countEnd(record, ending);
  return ending;
}

function countEnd(record: SessionRecord, ending: Ending): void {
  const failed = launchOutcome({ ...record, ending }) === "failed";
  count(record.id, {
    ...{ SessionsEnded: 1, SessionHours: ending.hours, SessionCost: ending.cost },
    ...(failed && { LaunchesFailed: 1 }),
  });
}
