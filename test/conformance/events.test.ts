import { setTimeout as pause } from "node:timers/promises";
import {
  DeleteRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { conforms, eventually, later, unique } from "./conforms.ts";
import { events, target } from "./target.ts";
import { endOf, inputsOf, makeWorkflow, passes, start, stop, waits } from "./workflows.ts";

/** A workflow that is started with every event that matches; what it was started with is what came. */
async function listen(pattern: object): Promise<string> {
  const listener = await makeWorkflow(passes);
  const Name = unique("rule");
  await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  later(() => events.send(new DeleteRuleCommand({ Name })));
  await events.send(
    new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "listener", Arn: listener, RoleArn: target.role }] }),
  );
  later(() => events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["listener"] })));
  return listener;
}

/**
 * "In each case, the detail section in the event data provides the same information as the DescribeExecution API."
 * "input": "{}", "inputDetails": {"included": true}, "status": "ABORTED"
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
const statusChange = z.object({
  source: z.literal("aws.states"),
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.string(),
    input: z.string(),
  }),
});

const told = async (workflow: string, status: string, execution: string) => {
  const pattern = { source: ["aws.states"], detail: { stateMachineArn: [workflow], status: [status] } };
  const listener = await listen(pattern);
  return async () => {
    const [event = "{}"] = await inputsOf(listener, 1);
    const { detail } = statusChange.parse(JSON.parse(event));
    return {
      ...detail,
      executionArn: detail.executionArn === execution,
      stateMachineArn: detail.stateMachineArn === workflow,
    };
  };
};

conforms(
  "stopping an execution puts an event with its name and what it was started with",
  { executionArn: true, stateMachineArn: true, name: true, status: "ABORTED", input: '{"session":"tea"}' },
  async () => {
    const workflow = await makeWorkflow(waits(20));
    const execution = await start(workflow, { session: "tea" });
    const event = await told(workflow, "ABORTED", execution);
    await stop(execution);
    const seen = await event();
    return { ...seen, name: execution.endsWith(`:${seen.name}`) };
  },
);

conforms(
  "an execution that fails puts an event too, one that another workflow started as well",
  2,
  async () => {
    const child = await makeWorkflow({ Fail: { Type: "Fail" } });
    const listener = await listen({
      source: ["aws.states"],
      detail: { stateMachineArn: [child], status: ["FAILED"] },
    });
    const Nest = {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution.sync:2",
      Parameters: { StateMachineArn: child },
      TimeoutSeconds: 30,
      End: true,
    };
    await endOf(await start(await makeWorkflow({ Nest })));
    await endOf(await start(child, { last: true }));
    await eventually(async () => {
      if (!(await inputsOf(listener, 1)).some((event) => event.includes("last"))) throw new Error("not yet");
    });
    // The earlier one's event may be the later to arrive.
    await pause(1_000);
    return (await inputsOf(listener, 1)).length;
  },
  "nestedExecutionsEndInSilence",
);

/**
 * "FailedEntryCount: The number of failed entries." "Entries: … If the ingestion was successful, the entry has the event
 * ID in it. Otherwise, you can use the error code and error message to identify the problem with the entry."
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const put = async (Source: string) => {
  const entry = { Source, DetailType: "ready", Detail: JSON.stringify({ session: "tea" }) };
  const { FailedEntryCount, Entries } = await events.send(new PutEventsCommand({ Entries: [entry] }));
  return { FailedEntryCount, taken: Entries?.[0]?.EventId !== undefined, code: Entries?.[0]?.ErrorCode };
};

conforms(
  "an event that is taken counts as no failure",
  { FailedEntryCount: 0, taken: true, code: undefined },
  () => put("moonbase.conformance"),
);
conforms(
  "an event that is not taken is counted in a reply that is otherwise good",
  { FailedEntryCount: 1, taken: false, code: "NotAuthorizedForSourceException" },
  () => put("aws.ec2"),
);

/** "By default, EventBridge passes the entire matched event to the target." (PutTargets) */
conforms(
  "a rule passes the whole of our own event on",
  { source: true, detail: { session: "tea" } },
  async () => {
    const source = unique("source");
    const listener = await listen({ source: [source], "detail-type": ["ready"] });
    await put(source);
    const [event = "{}"] = await inputsOf(listener, 1);
    const seen = z.object({ source: z.string(), detail: z.unknown() }).parse(JSON.parse(event));
    return { source: seen.source === source, detail: seen.detail };
  },
);
