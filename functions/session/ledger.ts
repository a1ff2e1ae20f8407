import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "./clients.ts";
import { type Live, live, liveItem, type Month, month, monthItem } from "./ledger-items.ts";
import type { SessionRecord } from "./record.ts";
import { settings } from "./settings.ts";
import { findSession, holds, tableName } from "./store.ts";

async function read(id: string): Promise<unknown> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: { id }, ConsistentRead: true }),
  );
  return Item ?? {};
}

export const readLive = async (): Promise<Live> => live.parse(await read(liveItem));

/** The records of all sessions that have a place among the live ones. */
export async function readLiveSessions(): Promise<SessionRecord[]> {
  const { sessions } = await readLive();
  const records = await Promise.all([...sessions].sort().map(findSession));
  return records.filter((record) => record !== undefined);
}

export const readMonth = async (at: Date): Promise<Month> => month.parse(await read(monthItem(at)));

/** What the sessions that ended this month cost, in US dollars. */
export const spentThisMonth = async (now: Date): Promise<number> => (await readMonth(now)).cost;

/**
 * Writes a new record and takes its place among the live ones, both or neither: two launches cannot take the last
 * place or the last dollar, and no place is taken by a session that has no record. `dollars` is what live sessions may
 * commit in all. Once the month's budget is spent, only a forced session gets a place. Answers whether it was done; a clash with another write is thrown, for the workflow to try again.
 */
export async function takePlace(record: SessionRecord, places: number, dollars: number): Promise<boolean> {
  const TableName = tableName();
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: record, ConditionExpression: "attribute_not_exists(id)" } },
          {
            Update: {
              TableName,
              Key: { id: liveItem },
              UpdateExpression: "ADD sessions :self, committed :estimate",
              ConditionExpression:
                "(attribute_not_exists(sessions) OR size(sessions) < :places) AND (attribute_not_exists(committed) OR committed <= :room)",
              ExpressionAttributeValues: {
                ":self": new Set([record.id]),
                ":estimate": record.estimate,
                ":places": places,
                ":room": dollars - record.estimate,
              },
            },
          },
          ...(record.forced === true ? [] : [monthIsOpen(record, TableName)]),
        ],
      }),
    );
    return true;
  } catch (error) {
    if (failedCondition(error)) return false;
    throw error;
  }
}

/**
 * Frees places that no live session fills, and sets the committed US dollars to what the others may cost. Every launch
 * and every end changes the dollars, so dollars that are as they were seen say that nobody came or went meanwhile;
 * otherwise nothing is done, and the next look finds out.
 */
export async function freePlaces(
  sessions: string[],
  { seen, committed }: { seen: number; committed: number },
): Promise<void> {
  await holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: liveItem },
        UpdateExpression: "SET committed = :committed DELETE sessions :empty",
        ConditionExpression: "committed = :seen",
        ExpressionAttributeValues: { ":committed": committed, ":empty": new Set(sessions), ":seen": seen },
      }),
    ),
  );
}

const monthIsOpen = ({ requestedAt }: SessionRecord, TableName: string) => ({
  ConditionCheck: {
    TableName,
    Key: { id: monthItem(new Date(requestedAt)) },
    ConditionExpression: isOpenFor,
    ExpressionAttributeValues: { ":budget": settings().monthlyBudget },
  },
});

/** The condition on a month that its budget, `:budget`, is not known to be spent: as `reachedAt` judges it. */
export const isOpenFor = "attribute_not_exists(budgetReachedAt) OR budgetReached < :budget";

/** A condition did not hold, as against a clash with another write at the same moment. */
export const failedCondition = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some(({ Code }) => Code === "ConditionalCheckFailed");
