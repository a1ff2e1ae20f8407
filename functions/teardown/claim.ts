import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { explain } from "../../workflows/fields.ts";
import { type Claim, teardownInput } from "../../workflows/teardown.contract.ts";
import { sfn, table } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { findMachines } from "../session/machines.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession, holds, tableName } from "../session/store.ts";
import { sessionFilters } from "../session/tags.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** Longer than any teardown runs (its own limit is 30 minutes), so that a claim never lapses under its holder. */
const claimMinutes = 35;

/** Takes the session for this teardown alone, and stops a launch that is still at it. */
export async function claim(event: unknown): Promise<Claim> {
  const { execution, input } = request.parse(event);
  const parsed = teardownInput.safeParse(input);
  if (!parsed.success) return { session: "", outcome: "refused", message: explain(parsed.error, input) };
  const { session, reason } = parsed.data;

  const record = await findSession(session);
  if (record === undefined) return claimUnrecorded(session);
  if (!(await take(record, execution, reason))) {
    return {
      session,
      outcome: "held",
      message: `another teardown of session "${session}" is at work: ${record.claim?.holder}`,
    };
  }
  if (record.status === "launching" && reason !== "launch-failed") await stopLaunch(record, reason);
  return { session, outcome: "claimed", message: `session "${session}" ends: ${reason}` };
}

/** A session without a record: only tagged machines show that there ever was one. */
async function claimUnrecorded(session: string): Promise<Claim> {
  const machines = await findMachines(sessionFilters(settings().stage, session));
  return machines.length === 0
    ? {
        session,
        outcome: "unknown",
        message: `session: "${session}" is not known here; no record and no machine bears that name`,
      }
    : { session, outcome: "claimed", message: `session "${session}" has machines but no record` };
}

/** The first reason stays: a second teardown finishes what the first one began. */
async function take(record: SessionRecord, execution: string, reason: string): Promise<boolean> {
  const now = new Date();
  if (isClaimed(record, now) && record.claim?.holder !== execution) return false;
  return holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: record.id },
        UpdateExpression: "SET claim = :claim, reason = if_not_exists(reason, :reason) ADD generation :one",
        ConditionExpression:
          "attribute_not_exists(claim) OR claim.expiresAt <= :now OR claim.holder = :holder",
        ExpressionAttributeValues: {
          ":claim": {
            holder: execution,
            claimedAt: now.toISOString(),
            expiresAt: new Date(now.getTime() + claimMinutes * 60_000).toISOString(),
          },
          ":reason": reason,
          ":one": 1,
          ":now": now.toISOString(),
          ":holder": execution,
        },
      }),
    ),
  );
}

/** A launch that goes on would make what this teardown has just removed. One that has ended needs no stopping. */
async function stopLaunch(record: SessionRecord, reason: string): Promise<void> {
  await unless(["ExecutionDoesNotExist"], () =>
    sfn.send(
      new StopExecutionCommand({
        executionArn: record.launchExecution,
        error: "SessionEnded",
        cause: `The session was ended while it was launching: ${reason}`,
      }),
    ),
  );
}
