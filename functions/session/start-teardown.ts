import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as z from "zod";
import type { TeardownInput } from "../../workflows/teardown.contract.ts";
import { sfn } from "./clients.ts";
import { isNamed } from "./errors.ts";
import { log } from "./log.ts";
import { teardownExecutionName } from "./names.ts";
import { settings } from "./settings.ts";

/** Names stay taken for 90 days, so a name whose execution has ended is passed over; a running one is joined. */
const namesToTry = 10;

/** Starts the teardown after the one of that number. Two who want the same at once start one. */
export async function startTeardown(input: TeardownInput, generation: number): Promise<void> {
  const stateMachineArn = settings().teardownWorkflowArn;
  const { session, reason } = input;
  for (let next = generation + 1; next <= generation + namesToTry; next += 1) {
    const name = teardownExecutionName(session, next);
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      log.info("teardown started", { session, name, reason });
      return;
    } catch (error) {
      if (!isNamed(error, "ExecutionAlreadyExists")) throw error;
      const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
      const { status, input: others } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING" && canBeJoined(input, others)) return;
    }
  }
  throw new Error(`no name is free for a teardown of session "${session}" after ${generation}`);
}

const told = z.object({ session: z.string().optional(), reason: z.string().optional() });

/**
 * An operator may have given the name to another session's teardown. A voluntary teardown has twenty minutes to save; an
 * interruption has two minutes, and a teardown of its own.
 */
function canBeJoined({ session, reason }: TeardownInput, input: string | undefined): boolean {
  const other = told.safeParse(JSON.parse(input ?? "null")).data;
  return other?.session === session && (reason !== "interrupted" || other.reason === "interrupted");
}
