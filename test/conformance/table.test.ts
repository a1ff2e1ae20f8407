import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { conforms, errorOf, unique } from "./conforms.ts";
import { item, read, tableName, update } from "./table.ts";
import { documents } from "./target.ts";

/**
 * Every change of the session table is a conditional write.
 *
 * "If the condition expression evaluates to true, the operation succeeds. Otherwise, the operation fails."
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
const failed = "ConditionalCheckFailedException";
const taken = "no error";

conforms("a record is created once", [taken, failed], async () => {
  const Item = { id: unique("item") };
  const ConditionExpression = "attribute_not_exists(id)";
  const create = async () =>
    documents.send(new PutCommand({ TableName: await tableName(), Item, ConditionExpression }));
  return [await errorOf(create), await errorOf(create)];
});

conforms("a record that is not there is not changed, nor made", [failed, undefined], async () => {
  const id = unique("item");
  const change = {
    UpdateExpression: "SET a = :a",
    ConditionExpression: "attribute_exists(id)",
    ExpressionAttributeValues: { ":a": 1 },
  };
  return [await update(id, change), await read(id)];
});

conforms("a condition reads into a map", [taken, failed, failed], async () => {
  const id = await item({ claim: { holder: "me", expiresAt: "2026-11-20T12:00:00.000Z" } });
  const where = (ConditionExpression: string, value: string) =>
    update(id, {
      UpdateExpression: "SET a = :v",
      ConditionExpression,
      ExpressionAttributeValues: { ":v": value },
    });
  return [
    await where("claim.holder = :v", "me"),
    await where("claim.holder = :v", "you"),
    await where("claim.expiresAt <= :v", "2026-11-20T11:59:59.999Z"),
  ];
});

/** "if_not_exists (path, operand) - if the item does not contain an attribute at the specified path, … operand" (API_UpdateItem) */
conforms(
  "the first reason stays, and a count that is not there begins at nought",
  { reason: "idle", generation: 2 },
  async () => {
    const id = await item();
    for (const reason of ["idle", "expired"]) {
      await update(id, {
        UpdateExpression: "SET reason = if_not_exists(reason, :reason) ADD generation :one",
        ExpressionAttributeValues: { ":reason": reason, ":one": 1 },
      });
    }
    return read(id);
  },
);

/**
 * The ledger's places. "size (path): Returns a number that represents an attribute's size. … If the attribute is a Set
 * data type, size returns the number of elements in the set." "contains (path, operand): True if the attribute specified
 * by path is … A Set that contains an exact element within the set." (the page named above)
 */
const take = (id: string, one: string, places: number) =>
  update(id, {
    UpdateExpression: "ADD sessions :one",
    ConditionExpression:
      "attribute_not_exists(sessions) OR size(sessions) < :places OR contains(sessions, :id)",
    ExpressionAttributeValues: { ":one": new Set([one]), ":id": one, ":places": places },
  });

conforms(
  "places are taken until there are none, and twice by one is once",
  [taken, taken, taken, failed, { sessions: ["a", "b"] }],
  async () => {
    const id = await item();
    const answers = [
      await take(id, "a", 2),
      await take(id, "b", 2),
      await take(id, "a", 2),
      await take(id, "c", 2),
    ];
    return [...answers, await read(id)];
  },
);

conforms("ten that come at once share three places", 3, async () => {
  const id = await item();
  const answers = await Promise.all([..."abcdefghij"].map((one) => take(id, one, 3)));
  return answers.filter((answer) => answer === taken).length;
});

/** "DELETE: Deletes an element from a set." https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
const free = (id: string, one: string) =>
  update(id, {
    UpdateExpression: "DELETE sessions :one",
    ExpressionAttributeValues: { ":one": new Set([one]) },
  });

conforms(
  "a place is freed, once or twice, and others are left alone",
  [taken, taken, { sessions: ["b"] }],
  async () => {
    const id = await item({ sessions: new Set(["a", "b"]) });
    return [await free(id, "a"), await free(id, "a"), await read(id)];
  },
);

/** "Empty sets are not supported": a set that loses its last element is gone, and can be begun anew. (HowItWorks.NamingRulesDataTypes) */
conforms("the last one to leave takes the set along", [taken, {}, taken], async () => {
  const id = await item({ sessions: new Set(["a"]) });
  return [await free(id, "a"), await read(id), await take(id, "b", 1)];
});
