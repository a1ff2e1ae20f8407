import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { table } from "../../session/clients.ts";
import { notify, tell } from "../../session/events.ts";
import { holds, tableName, updateSession } from "../../session/store.ts";
import { rehireUndertaker } from "../../session/undertaker.ts";
import type { Warn, Withdraw } from "../decision.ts";
import { type Telling, warning, withdrawal } from "./notice-texts.ts";
import { say } from "./tag.ts";

/**
 * Gives notice. The undertaker is sent first: one that comes and finds no notice makes a new appointment, a notice
 * whose end nobody comes for would be a lie. It is told when it is written, and marked when anybody heard it: one that
 * nobody heard is told again by the undertaker, with time enough left to answer it.
 */
export async function warn(decision: Warn): Promise<void> {
  const { session, instanceId, notice } = decision;
  await rehireUndertaker({ session }, new Date(notice.endsAt));
  if (!(await write(decision))) return;
  if (!(await tellAll(instanceId, warning(decision)))) return;
  await updateSession(session, { notice: { ...notice, told: true } }, stillStands(notice.toldAt));
}

/** Only if nothing has changed that speaks against it: an end that was begun, an extension, a hold, another notice. */
function write({ session, notice, replaces, expiresAt }: Warn): Promise<boolean> {
  const isIdle = notice.reason === "idle";
  const conditions = [
    "#status <> :ended AND attribute_not_exists(#reason) AND expiresAt = :seen",
    "(attribute_not_exists(claim) OR claim.expiresAt <= :now)",
    replaces === undefined ? "attribute_not_exists(notice)" : "notice.toldAt = :replaces",
    ...(isIdle ? ["(attribute_not_exists(heldUntil) OR heldUntil <= :now)"] : []),
  ];
  return updateSession(
    session,
    { notice },
    {
      expression: conditions.join(" AND "),
      names: { "#status": "status", "#reason": "reason" },
      values: {
        ":ended": "ended",
        ":seen": expiresAt,
        ":now": new Date().toISOString(),
        ...(replaces !== undefined && { ":replaces": replaces }),
      },
    },
  );
}

const stillStands = (toldAt: string) => ({
  expression: "notice.toldAt = :toldAt",
  values: { ":toldAt": toldAt },
});

/** Takes a notice back. Until the next appointment is made, the old one comes again every ten minutes. */
export async function withdraw(decision: Withdraw): Promise<void> {
  const { session, instanceId, notice, at } = decision;
  const { expression, values } = stillStands(notice.toldAt);
  const withdrawn = await holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: session },
        UpdateExpression: "REMOVE notice",
        ConditionExpression: `${expression} AND attribute_not_exists(#reason)`,
        ExpressionAttributeNames: { "#reason": "reason" },
        ExpressionAttributeValues: values,
      }),
    ),
  );
  if (!withdrawn) return;
  await tellAll(instanceId, withdrawal(decision));
  await rehireUndertaker({ session }, at);
}

const tellAll = (instanceId: string | undefined, { subject, lines, wall }: Telling): Promise<boolean> =>
  tell(notify(subject, lines), ...(instanceId === undefined ? [] : [say(instanceId, { tells: wall })]));
