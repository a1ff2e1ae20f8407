import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand, type Instance } from "@aws-sdk/client-ec2";
import { GetScheduleCommand, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { paginateGetExecutionHistory } from "@aws-sdk/client-sfn";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { vi } from "vitest";
import type { Clients } from "../../local/clients.ts";
import { sharedEngine } from "../local/engine.ts";

/** One session on the shared engine as the tests look at it: by AWS's own calls, none of `functions/`. */

const shared = sharedEngine();
const { clients, stage, endpoints } = shared;
export const engine = shared;

export const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f laptop";
export const withDoor = { blueprint: "admin", publicKey, sourceCidr: "203.0.113.7/32" };

const tagged = (session: string) => [{ Name: "tag:moonbase:session", Values: [session] }];

export async function machinesOf(session: string): Promise<Instance[]> {
  const { Reservations } = await clients.ec2.send(new DescribeInstancesCommand({ Filters: tagged(session) }));
  return Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
}

export async function doorOf(session: string) {
  const { SecurityGroups } = await clients.ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: tagged(session) }),
  );
  return SecurityGroups?.[0];
}

export async function idleAlarmOf(session: string) {
  const AlarmNames = [`${stage}/${session}/idle`];
  const { MetricAlarms } = await clients.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
  // Putting the same alarm again changes the times at which it was put, and nothing else.
  const { AlarmConfigurationUpdatedTimestamp: _put, ...alarm } = MetricAlarms?.[0] ?? {};
  return alarm;
}

export const undertakerOf = (session: string) =>
  clients.scheduler.send(
    new GetScheduleCommand({ GroupName: `${stage}-sessions`, Name: `${session}-expiry` }),
  );

export async function recordOf(session: string): Promise<Record<string, unknown> | undefined> {
  const key = { TableName: `${stage}-sessions`, Key: { id: session } };
  return (await clients.table.send(new GetCommand(key))).Item;
}

/** Sets the clock of a session: the engine's own cannot be turned. */
export async function turnClock(
  session: string,
  field: "expiresAt" | "readyAt" | "busyUntil" | "requestedAt" | "interruptedAt",
  to: Date,
): Promise<void> {
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: session },
      UpdateExpression: "SET #field = :to",
      ExpressionAttributeNames: { "#field": field },
      ExpressionAttributeValues: { ":to": to.toISOString() },
    }),
  );
}

/** Makes the undertaker come at once: the engine counts a rate from the making of the schedule. */
export async function sendUndertaker(session: string): Promise<void> {
  const { GroupName, Name, Target } = await undertakerOf(session);
  const soon = new Date(Date.now() + 1000).toISOString().slice(0, 19);
  await clients.scheduler.send(
    new UpdateScheduleCommand({
      ...{ GroupName, Name, Target, FlexibleTimeWindow: { Mode: "OFF" } },
      ScheduleExpression: `at(${soon})`,
    }),
  );
}

/** Everything there is of a session, as one value to compare. */
export async function everythingOf(session: string) {
  const { Parameters } = await clients.ssm.send(
    new DescribeParametersCommand({ ParameterFilters: [{ Key: "tag:moonbase:session", Values: [session] }] }),
  );
  const { $metadata: _, ...undertaker } = await undertakerOf(session);
  const { busyUntil: _free, ...record } = (await recordOf(session)) ?? {};
  return {
    machines: await machinesOf(session),
    door: await doorOf(session),
    alarm: await idleAlarmOf(session),
    parameters: Parameters?.map(({ Name }) => Name),
    undertaker,
    record,
  };
}

/** The states that an execution entered, in order. */
export async function statesOf({ stepFunctions: client }: Clients, executionArn: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) {
    names.push(
      ...(page.events ?? []).flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
    );
  }
  return names;
}

/** Calls a function of the stage with an event, as the engine itself would; answers what it answers. */
export async function call(
  name: "launch" | "teardown" | "extend" | "backup" | "ssh" | "react" | "sweep" | "password",
  event: object,
): Promise<unknown> {
  const answer = await fetch(`${endpoints.serverless}/2015-03-31/functions/${stage}-${name}/invocations`, {
    method: "POST",
    body: JSON.stringify(event),
  });
  const body: unknown = await answer.json();
  if (answer.headers.has("x-amz-function-error")) throw new Error(JSON.stringify(body));
  return body;
}

/** How much of a workflow's own waiting is waited for: it is told in seconds, and no test is about those. */
export async function scaleWaits(scale: number): Promise<void> {
  const body = JSON.stringify({ "stepfunctions._SFN_WAIT_SCALE": String(scale) });
  await (await fetch(`${endpoints.serverless}/_ministack/config`, { method: "POST", body })).arrayBuffer();
}

/** Waits until something is so; fails with the last complaint when it does not come to be. */
export const eventually = <Result>(look: () => Promise<Result>, seconds = 30): Promise<Result> =>
  vi.waitFor(look, { timeout: seconds * 1000, interval: 100 });

/** Waits until a session is over and nothing of it is left. */
export const gone = (session: string, seconds = 30) =>
  eventually(async () => {
    const record = await recordOf(session);
    if (record?.status !== "ended") throw new Error(`session ${session} is ${record?.status}`);
    const left = await shared.left(session);
    if (left.length > 0) throw new Error(`left of ${session}: ${left.join(", ")}`);
    return record;
  }, seconds);

/** The budget of this month is forgotten to be spent, and what was told of it. */
export const reopenMonth = () =>
  clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: `#month-${new Date().toISOString().slice(0, 7)}` },
      UpdateExpression: "REMOVE budgetReachedAt, budgetReached, toldThresholds",
    }),
  );
