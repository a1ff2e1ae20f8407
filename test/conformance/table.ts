import { CreateTableCommand, DeleteTableCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { errorOf, later, unique } from "./conforms.ts";
import { documents, dynamo } from "./target.ts";

let made: Promise<string> | undefined;

/** One table for the whole file, keyed as ours is. */
export function tableName(): Promise<string> {
  made ??= makeTable();
  return made;
}

async function makeTable(): Promise<string> {
  const TableName = unique("table");
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    }),
  );
  await waitUntilTableExists({ client: dynamo, maxWaitTime: 60, minDelay: 1 }, { TableName });
  later(() => dynamo.send(new DeleteTableCommand({ TableName })));
  return TableName;
}

export const item = async (Item: Record<string, unknown> = {}): Promise<string> => {
  const id = unique("item");
  await documents.send(new PutCommand({ TableName: await tableName(), Item: { id, ...Item } }));
  return id;
};

/** What an item is now, without its key; a set as a sorted list. */
export async function read(id: string): Promise<unknown> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: await tableName(), Key: { id }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const fields = Object.entries(Item).filter(([name]) => name !== "id");
  return Object.fromEntries(
    fields.map(([name, value]) => [name, value instanceof Set ? [...value].sort() : value]),
  );
}

type Change = Pick<
  UpdateCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues"
>;

export const update = async (id: string, change: Change): Promise<string> =>
  errorOf(async () =>
    documents.send(new UpdateCommand({ TableName: await tableName(), Key: { id }, ...change })),
  );
