import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { table } from "./clients.ts";
import { holds, tableName } from "./store.ts";

/** Two kinds of item beside the sessions; a session id cannot hold a "#". */
export const liveItem = "#live";
export const monthItem = (at: Date) => `#month-${at.toISOString().slice(0, 7)}`;

/**
 * Takes one of the places for live sessions. One item, one conditional write: two launches cannot both take the
 * last place, and taking it twice under one id is taking it once.
 */
export const takePlace = (id: string, places: number) =>
  holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: liveItem },
        UpdateExpression: "ADD sessions :one",
        ConditionExpression:
          "attribute_not_exists(sessions) OR size(sessions) < :places OR contains(sessions, :id)",
        ExpressionAttributeValues: { ":one": new Set([id]), ":id": id, ":places": places },
      }),
    ),
  );

export async function freePlace(id: string): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: { id: liveItem },
      UpdateExpression: "DELETE sessions :one",
      ExpressionAttributeValues: { ":one": new Set([id]) },
    }),
  );
}

const month = z.object({ cost: z.number().default(0) });

/** What the sessions that ended this month cost, in US dollars. */
export async function spentThisMonth(now: Date): Promise<number> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: { id: monthItem(now) }, ConsistentRead: true }),
  );
  return month.parse(Item ?? {}).cost;
}
