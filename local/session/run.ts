import { setTimeout as pause } from "node:timers/promises";
import { paginateDescribeInstances } from "@aws-sdk/client-ec2";
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  paginateGetExecutionHistory,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { namesOf } from "../../functions/session/names.ts";
import { sessionFilters, tagKeys } from "../../functions/session/tags.ts";
import type { Clients } from "../clients.ts";
import { account, region } from "../environment.ts";

/** Starts a workflow the way anyone does: by its public name, with a name and a small JSON. Answers the execution. */
export async function startWorkflow(
  clients: Clients,
  stage: string,
  workflow: "launch" | "teardown" | "extend" | "backup" | "ssh",
  name: string,
  input: unknown,
): Promise<string> {
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${namesOf(stage).workflow(workflow)}`;
  const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
  const { executionArn } = await clients.stepFunctions.send(command);
  if (executionArn === undefined) throw new Error(`${workflow} was not started`);
  return executionArn;
}

/** Waits for the end of an execution, whatever it is. */
export async function endOf(
  clients: Clients,
  executionArn: string,
  look: () => Promise<void> = async () => undefined,
): Promise<DescribeExecutionOutput> {
  for (;;) {
    const execution = await clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    await look();
    if (execution.status !== "RUNNING") return execution;
    await pause(60);
  }
}

/** Tells of each state that an execution enters, once; call what it answers to look again. */
export function followStates(clients: Clients, executionArn: string, entered: (state: string) => void) {
  let seen = 0;
  return async () => {
    for await (const page of paginateGetExecutionHistory(
      { client: clients.stepFunctions },
      { executionArn },
    )) {
      for (const { id = 0, stateEnteredEventDetails } of page.events ?? []) {
        if (id <= seen) continue;
        seen = id;
        if (stateEnteredEventDetails?.name !== undefined) entered(stateEnteredEventDetails.name);
      }
    }
  };
}

/** Tells of each phase that the machines of a session report of themselves, as tags. */
export function followPhases(
  clients: Clients,
  stage: string,
  session: string,
  reported: (phase: string) => void,
) {
  const last = new Map<string, string>();
  const wanted = { Filters: sessionFilters(stage, session) };
  return async () => {
    for await (const page of paginateDescribeInstances({ client: clients.ec2 }, wanted)) {
      for (const { InstanceId = "", Tags } of page.Reservations?.flatMap(
        ({ Instances }) => Instances ?? [],
      ) ?? []) {
        const phase = Tags?.find(({ Key }) => Key === tagKeys.phase)?.Value;
        if (phase === undefined || last.get(InstanceId) === phase) continue;
        last.set(InstanceId, phase);
        reported(phase);
      }
    }
  };
}
