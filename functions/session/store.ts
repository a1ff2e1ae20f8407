import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "./clients.ts";
import { namesOf } from "./names.ts";
import { type ClaimOnSession, type SessionRecord, sessionRecord } from "./record.ts";
import { settings } from "./settings.ts";

/** The session table: every change is a conditional write, so a late or doubled step cannot undo a newer one. */

export const tableName = () => namesOf(settings().stage).table;

/** Runs a conditional write; answers whether its condition held. */
export async function holds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Reads what was written last, not what a replica remembers. */
export async function findSession(id: string): Promise<SessionRecord | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: { id }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : sessionRecord.parse(Item);
}

export async function getSession(id: string): Promise<SessionRecord> {
  const record = await findSession(id);
  if (record === undefined) throw new Error(`session "${id}" has no record`);
  return record;
}

/** Sets fields of a record if it exists and `condition` holds; `#status` and the like are the fields' own names. */
export function updateSession(
  id: string,
  fields: Partial<SessionRecord>,
  condition: { expression: string; names?: Record<string, string>; values?: Record<string, unknown> },
): Promise<boolean> {
  const entries = Object.entries(fields);
  return holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id },
        UpdateExpression: `SET ${entries.map(([name]) => `#set_${name} = :set_${name}`).join(", ")}`,
        ConditionExpression: `attribute_exists(id) AND (${condition.expression})`,
        ExpressionAttributeNames: {
          ...condition.names,
          ...Object.fromEntries(entries.map(([name]) => [`#set_${name}`, name])),
        },
        ExpressionAttributeValues: {
          ...condition.values,
          ...Object.fromEntries(entries.map(([name, value]) => [`:set_${name}`, value])),
        },
      }),
    ),
  );
}

/** For changes that are right whatever else happened meanwhile. */
export const always = { expression: "attribute_exists(id)" };

/** A launch may go on only while nobody has begun to end its session. */
export const stillLaunching = {
  expression: "#status = :launching AND attribute_not_exists(claim)",
  names: { "#status": "status" },
  values: { ":launching": "launching" },
};

/** Lets a claim lapse at once, if it is still that holder's. */
export const releaseClaim = (id: string, claim: ClaimOnSession) =>
  updateSession(
    id,
    { claim: { ...claim, expiresAt: new Date(0).toISOString() } },
    { expression: "claim.holder = :holder", values: { ":holder": claim.holder } },
  );
