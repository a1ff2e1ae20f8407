import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { conforms, errorOf, unique } from "./conforms.ts";
import { item, read, tableName } from "./table.ts";
import { documents } from "./target.ts";

/**
 * "The actions are completed atomically so that either all of them succeed, or all of them fail."
 * "TransactionCanceledException … A condition in one of the condition expressions is not met."
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const settle = async (id: string, month: string, live: string) => {
  const TableName = await tableName();
  const TransactItems = [
    {
      Update: {
        TableName,
        Key: { id },
        UpdateExpression: "SET ending = :e REMOVE claim",
        ConditionExpression: "attribute_not_exists(ending)",
        ExpressionAttributeValues: { ":e": "now" },
      },
    },
    {
      Update: {
        TableName,
        Key: { id: month },
        UpdateExpression: "ADD cost :c",
        ExpressionAttributeValues: { ":c": 2 },
      },
    },
    {
      Update: {
        TableName,
        Key: { id: live },
        UpdateExpression: "DELETE sessions :s",
        ExpressionAttributeValues: { ":s": new Set(["a"]) },
      },
    },
  ];
  return errorOf(() => documents.send(new TransactWriteCommand({ TransactItems })));
};

conforms(
  "books are closed all at once, and once only",
  ["no error", "TransactionCanceledException", { ending: "now" }, { cost: 2 }, { sessions: ["b"] }],
  async () => {
    const [session, month, live] = [
      await item({ claim: {} }),
      await item(),
      await item({ sessions: new Set(["a", "b"]) }),
    ];
    const answers = [await settle(session, month, live), await settle(session, month, live)];
    return [...answers, await read(session), await read(month), await read(live)];
  },
);

/**
 * "Transaction cancellation reasons are ordered in the order of requested items, if an item has no error it will have
 * None code" (TransactionCanceledException). By them a condition that did not hold is told from a clash.
 */
conforms(
  "a cancelled transaction says of each part whether it was its condition",
  ["None", "ConditionalCheckFailed"],
  async () => {
    const full = await item({ sessions: new Set(["a"]) });
    const TableName = await tableName();
    const write = new TransactWriteCommand({
      TransactItems: [
        { Put: { TableName, Item: { id: unique("item") }, ConditionExpression: "attribute_not_exists(id)" } },
        {
          Update: {
            TableName,
            Key: { id: full },
            UpdateExpression: "ADD committed :one",
            ConditionExpression:
              "(attribute_not_exists(sessions) OR size(sessions) < :one) AND attribute_not_exists(committed)",
            ExpressionAttributeValues: { ":one": 1 },
          },
        },
      ],
    });
    try {
      await documents.send(write);
      return "no error";
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return error.CancellationReasons?.map(({ Code }) => Code);
    }
  },
);
