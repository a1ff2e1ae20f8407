import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { vi } from "vitest";
import * as z from "zod";
import { proxyAt } from "../../local/proxy/remote.ts";
import { call, engine, recordOf, turnClock, undertakerOf } from "../workflows/session.ts";

/** What the fault tests share: the proxy, the judge's lists, and ways to turn a clock. */

const { clients, stage, endpoints } = engine;
export const proxy = proxyAt(endpoints.serverless);

/** How much of a workflow's own waiting is waited for: its retries are told in seconds, and no test is about those. */
export async function scaleWaits(scale: number): Promise<void> {
  const body = JSON.stringify({ "stepfunctions._SFN_WAIT_SCALE": String(scale) });
  await (await fetch(`${endpoints.serverless}/_ministack/config`, { method: "POST", body })).arrayBuffer();
}

/** Everything that a session has: what the judge finds in the account, and its place among the live sessions. */
export async function leftOf(session: string): Promise<string[]> {
  const live = await clients.table.send(
    new GetCommand({ TableName: `${stage}-sessions`, Key: { id: "#live" }, ConsistentRead: true }),
  );
  const places: unknown = live.Item?.sessions;
  const place = places instanceof Set && places.has(session) ? [`place ${session}`] : [];
  return [...(await engine.left(session)), ...place];
}

/** The notices that reached the operator about a session. */
export async function noticesAbout(session: string): Promise<string> {
  const calls = await proxy.callsOf(session);
  return calls
    .filter(({ action, status }) => action === "Publish" && status === 200)
    .map(({ request = "" }) => request)
    .join("\n");
}

/**
 * Teardown waits until no step of the launch can be at work any more, which is nearly a minute after one has died.
 * Where nothing holds a step back, that minute is turned over.
 */
export async function letTimePass(session: string): Promise<void> {
  const record = await recordOf(session);
  if (record?.claim === undefined || typeof record.busyUntil !== "string") return;
  if (Date.parse(record.busyUntil) > Date.now()) await turnClock(session, "busyUntil", new Date(0));
}

/** A claim outlives a holder that was stopped by half an hour; the undertaker comes every ten minutes until then. */
async function letClaimOfTheDeadLapse(session: string): Promise<void> {
  const holder = z.object({ claim: z.object({ holder: z.string() }) });
  const executionArn = holder.safeParse(await recordOf(session)).data?.claim.holder;
  if (executionArn === undefined) return;
  const { status } = await clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
  if (status === "RUNNING") return;
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: session },
      UpdateExpression: "SET claim.expiresAt = :past",
      ConditionExpression: "claim.holder = :holder",
      ExpressionAttributeValues: { ":past": new Date(0).toISOString(), ":holder": executionArn },
    }),
  );
}

/** The undertaker comes now: what his schedule would send at its time. Without a schedule nobody comes. */
export async function appointment(session: string): Promise<void> {
  const { Target } = await undertakerOf(session);
  await letClaimOfTheDeadLapse(session);
  await call("react", z.looseObject({}).parse(JSON.parse(Target?.Input ?? "")));
}

/** A session is over: its record says so, if it has one, and nothing of it is left. */
export async function over(
  session: string,
  seconds = 25,
  look: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  const judge = async () => {
    await letTimePass(session);
    // A session that is over has no schedule any more.
    await look().catch(() => undefined);
    const record = await recordOf(session);
    if (record !== undefined && record.status !== "ended") throw new Error(`it is ${record.status}`);
    const left = await leftOf(session);
    if (left.length > 0) throw new Error(`left: ${left.join(", ")}`);
  };
  // Listing everything is work for the engine, so it is not done ten times a second.
  await vi.waitFor(judge, { timeout: seconds * 1_000, interval: 600 });
}
