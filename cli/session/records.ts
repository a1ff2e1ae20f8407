import { BatchGetCommand, GetCommand, paginateScan } from "@aws-sdk/lib-dynamodb";
import { type Live, live, liveItem, month, monthItem } from "../../functions/session/ledger-items.ts";
import { namesOf } from "../../functions/session/names.ts";
import { type SessionRecord, sessionRecord } from "../../functions/session/record.ts";
import type { Context } from "../context.ts";

type Reader = Pick<Context, "clients" | "stage">;

const tableOf = ({ stage }: Reader) => namesOf(stage).table;

async function readItem(reader: Reader, id: string): Promise<unknown> {
  const client = await reader.clients.table();
  const key = { TableName: tableOf(reader), Key: { id }, ConsistentRead: true };
  return (await client.send(new GetCommand(key))).Item;
}

export async function findRecord(reader: Reader, session: string): Promise<SessionRecord | undefined> {
  const item = await readItem(reader, session);
  return item === undefined ? undefined : sessionRecord.parse(item);
}

/** The sessions that are live, and what they may still cost. */
export const readLive = async (reader: Reader): Promise<Live> =>
  live.parse((await readItem(reader, liveItem)) ?? {});

export const readMonth = async (reader: Reader, at: Date) =>
  month.parse((await readItem(reader, monthItem(at))) ?? {});

/** DynamoDB gives at most a hundred items a call, and may give fewer than were asked for. */
const page = 100;

/** The records of these sessions, as many as there are, in no order. */
export async function readRecords(reader: Reader, sessions: readonly string[]): Promise<SessionRecord[]> {
  const TableName = tableOf(reader);
  const client = await reader.clients.table();
  const waiting = sessions.map((id): Record<string, unknown> => ({ id }));
  const found: SessionRecord[] = [];
  while (waiting.length > 0) {
    const Keys = waiting.splice(0, page);
    const request = { RequestItems: { [TableName]: { Keys, ConsistentRead: true } } };
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand(request));
    found.push(...(Responses?.[TableName] ?? []).map((item) => sessionRecord.parse(item)));
    waiting.push(...(UnprocessedKeys?.[TableName]?.Keys ?? []));
  }
  return found;
}

/** Every session that was requested in a month or ended in it. Reads the whole table: for a bill, not for a look. */
export async function readMonthsRecords(reader: Reader, at: Date): Promise<SessionRecord[]> {
  const prefix = at.toISOString().slice(0, 7);
  const pages = paginateScan(
    { client: await reader.clients.table() },
    {
      TableName: tableOf(reader),
      FilterExpression:
        "begins_with(requestedAt, :month) OR begins_with(ending.endedAt, :month) OR attribute_not_exists(ending) AND attribute_exists(launchExecution)",
      ExpressionAttributeValues: { ":month": prefix },
    },
  );
  const found: SessionRecord[] = [];
  for await (const { Items } of pages) found.push(...(Items ?? []).map((item) => sessionRecord.parse(item)));
  return found;
}
