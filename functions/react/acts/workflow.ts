import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { sfn } from "../../session/clients.ts";
import { unless } from "../../session/errors.ts";
import type { StartWorkflow } from "../decision.ts";

/** A name that is taken is the same appointment, started before. */
export async function startWorkflow({ workflowArn, name, input }: StartWorkflow): Promise<void> {
  const start = new StartExecutionCommand({ stateMachineArn: workflowArn, name, input });
  await unless(["ExecutionAlreadyExists"], () => sfn.send(start));
}
