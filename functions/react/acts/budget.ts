import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../session/clients.ts";
import { notify } from "../../session/events.ts";
import { monthItem } from "../../session/ledger-items.ts";
import { tableName } from "../../session/store.ts";
import type { CloseMonth, TellOfBudget } from "../decision.ts";

/** The first time stays: sessions that were forced since are spared. */
export async function closeMonth({ at }: CloseMonth): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: { id: monthItem(at) },
      UpdateExpression: "SET budgetReachedAt = if_not_exists(budgetReachedAt, :at)",
      ExpressionAttributeValues: { ":at": at.toISOString() },
    }),
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
