import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod";
import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { sfn } from "../../session/clients.ts";
import { isNamed } from "../../session/errors.ts";
import { log } from "../../session/log.ts";
import { teardownExecutionName } from "../../session/names.ts";
import { settings } from "../../session/settings.ts";

/** Names stay taken for 90 days, so a name whose execution has ended is passed over; a running one is joined. */
const namesToTry = 10;

export async function startTeardown(session: string, reason: EndReason, generation: number): Promise<void> {
  const stateMachineArn = settings().teardownWorkflowArn;
  for (let next = generation + 1; next <= generation + namesToTry; next += 1) {
    const name = teardownExecutionName(session, next);
    try {
      const input = JSON.stringify({ session, reason });
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      log.info("teardown started", { session, name, reason });
      return;
    } catch (error) {
      if (!isNamed(error, "ExecutionAlreadyExists")) throw error;
      const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
      const { status, input } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING" && canBeJoined(reason, input)) return;
    }
  }
  throw new Error(`no name is free for a teardown of session "${session}" after ${generation}`);
}

const told = z.object({ reason: z.string().optional() });

/** A voluntary teardown has half an hour to save; an interruption has two minutes, and a teardown of its own. */
function canBeJoined(reason: EndReason, input: string | undefined): boolean {
  if (reason !== "interrupted") return true;
  return told.safeParse(JSON.parse(input ?? "null")).data?.reason === "interrupted";
}
