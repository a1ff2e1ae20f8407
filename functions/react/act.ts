import { DescribeExecutionCommand, SendTaskFailureCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { sfn, ssm } from "../session/clients.ts";
import { isNamed, unless } from "../session/errors.ts";
import { log } from "../session/log.ts";
import { namesOf, teardownExecutionName } from "../session/names.ts";
import { settings } from "../session/settings.ts";
import { releaseClaim } from "../session/store.ts";
import { dismissUndertaker, rehireUndertaker } from "../session/undertaker.ts";
import type { Decision } from "./decision.ts";

export async function act(decision: Decision): Promise<void> {
  switch (decision.action) {
    case "nothing":
      return;
    case "come-back":
      if (decision.deadClaim !== undefined) await releaseClaim(decision.session, decision.deadClaim);
      return rehireUndertaker(
        { session: decision.session, ...(decision.endReason && { endReason: decision.endReason }) },
        decision.at,
      );
    case "dismiss":
      return dismissUndertaker(decision.session);
    case "fail-launch":
      return failLaunch(decision.instanceId, decision.cause);
    case "tear-down":
      return startTeardown(decision.session, decision.endReason, decision.generation);
  }
}

/** Names stay taken for 90 days, so a name whose execution has ended is passed over; a running one is joined. */
const namesToTry = 10;

async function startTeardown(session: string, reason: string, generation: number): Promise<void> {
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
      const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING") return;
    }
  }
  throw new Error(`no name is free for a teardown of session "${session}" after ${generation}`);
}

const note = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(z.object({ taskToken: z.string() }));

/** Answers the waiting launch in the dead machine's name. Without a note, `invite` will see for itself that it is dead. */
async function failLaunch(instanceId: string, cause: string): Promise<void> {
  const Name = namesOf(settings().stage).machineParameter(instanceId);
  const found = await unless(["ParameterNotFound"], () =>
    ssm.send(new GetParameterCommand({ Name, WithDecryption: true })),
  );
  if (found === undefined) return;
  const { taskToken } = note.parse(found.Parameter?.Value);
  await unless(["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"], () =>
    sfn.send(new SendTaskFailureCommand({ taskToken, error: "MachineFailed", cause })),
  );
}
