import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../session/clients.ts";
import { failedCondition } from "../session/ledger.ts";
import { liveItem } from "../session/ledger-items.ts";
import type { SessionRecord } from "../session/record.ts";
import { tableName } from "../session/store.ts";
import type { Change } from "./judge.ts";

/**
 * Writes the new terms and commits their dollars, both or neither, if the session is still as it was judged: nobody
 * has begun to end it, and no other extension came between. Answers whether it was done; a clash with another write
 * at the same moment is thrown, for the workflow to try again.
 */
export async function commit(record: SessionRecord, change: Change, execution: string): Promise<boolean> {
  const changed = [terms(record, change, execution), ...(change.added > 0 ? [dollars(change)] : [])];
  try {
    await table.send(new TransactWriteCommand({ TransactItems: changed }));
    return true;
  } catch (error) {
    if (failedCondition(error)) return false;
    throw error;
  }
}

function terms(
  record: SessionRecord,
  { expiresAt, heldUntil, estimate, withdrawsNotice }: Change,
  execution: string,
) {
  const before = record.extendedBy?.size;
  const { notice } = record;
  const removed = [...(heldUntil === null ? ["heldUntil"] : []), ...(withdrawsNotice ? ["notice"] : [])];
  return {
    Update: {
      TableName: tableName(),
      Key: { id: record.id },
      UpdateExpression: [
        "SET expiresAt = :expiresAt, estimate = :estimate",
        heldUntil === null ? "" : ", heldUntil = :heldUntil",
        removed.length === 0 ? "" : `REMOVE ${removed.join(", ")}`,
        "ADD extendedBy :self",
      ].join(" "),
      ConditionExpression: [
        "attribute_exists(id) AND #status <> :ended AND attribute_not_exists(claim)",
        // Together they say that the record is the one that was judged: each extension adds itself, and a
        // notice that came between has to be answered.
        "attribute_not_exists(#reason) AND expiresAt = :seen",
        before === undefined ? "attribute_not_exists(extendedBy)" : "size(extendedBy) = :before",
        notice === undefined ? "attribute_not_exists(notice)" : "notice.toldAt = :toldAt",
      ].join(" AND "),
      ExpressionAttributeNames: { "#status": "status", "#reason": "reason" },
      ExpressionAttributeValues: {
        ":expiresAt": expiresAt,
        ":estimate": estimate,
        ":self": new Set([execution]),
        ":ended": "ended",
        ":seen": record.expiresAt,
        ...(heldUntil !== null && { ":heldUntil": heldUntil }),
        ...(before !== undefined && { ":before": before }),
        ...(notice !== undefined && { ":toldAt": notice.toldAt }),
      },
    },
  };
}

const dollars = ({ added, room }: Change) => ({
  Update: {
    TableName: tableName(),
    Key: { id: liveItem },
    UpdateExpression: "ADD committed :added",
    ConditionExpression: "attribute_not_exists(committed) OR committed <= :room",
    ExpressionAttributeValues: { ":added": added, ":room": room },
  },
});
