import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../session/clients.ts";
import { notify } from "../../session/events.ts";
import { isOpenFor } from "../../session/ledger.ts";
import { monthItem } from "../../session/ledger-items.ts";
import { holds, tableName } from "../../session/store.ts";
import type { CloseMonth, TellOfBudget } from "../decision.ts";

/** The first time stays: sessions that were forced since are spared. A budget that was raised is spent anew. */
export async function closeMonth({ at, budget }: CloseMonth): Promise<void> {
  await holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: monthItem(at) },
        UpdateExpression: "SET budgetReachedAt = :at, budgetReached = :budget",
        ConditionExpression: isOpenFor,
        ExpressionAttributeValues: { ":at": at.toISOString(), ":budget": budget },
      }),
    ),
  );
}

/** Told first, remembered then: twice in a month is better than never. */
export async function tellOfBudget({ month, threshold, subject, lines }: TellOfBudget): Promise<void> {
  await notify(subject, lines);
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: { id: monthItem(month) },
      UpdateExpression: "ADD toldThresholds :threshold",
      ExpressionAttributeValues: { ":threshold": new Set([threshold]) },
    }),
  );
}
