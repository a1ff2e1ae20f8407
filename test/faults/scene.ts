import { DescribeExecutionCommand, ListExecutionsCommand, SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { vi } from "vitest";
import * as z from "zod";
import { proxyAt } from "../../local/proxy/remote.ts";
import { call, engine, recordOf, turnClock, undertakerOf } from "../workflows/session.ts";

export { scaleWaits } from "../workflows/session.ts";

/** A bad day that did not come about, on a busy machine perhaps: it proves nothing either way. */
export class NotReached extends Error {
  override name = "NotReached";
}

export const didNotComeAbout = "did not come about";

/**
 * Sets a scene up once more where it did not come about. What came about is judged as it is. A call that is made only
 * when one of two is slower than the other may be in the recording and in neither scene: there may be a few such.
 */
export async function onceMore<Result>(
  play: () => Promise<Result>,
): Promise<Result | typeof didNotComeAbout> {
  for (let times = 0; times < 2; times += 1) {
    try {
      return await play();
    } catch (error) {
      if (!(error instanceof NotReached)) throw error;
      console.warn(error.message);
    }
  }
  return didNotComeAbout;
}

/** What the fault tests share: the proxy, the judge's lists, and ways to turn a clock. */

const { clients, stage, endpoints } = engine;
export const proxy = proxyAt(endpoints.serverless);

/** The sessions that have a place among the live ones. */
export async function placesTaken(): Promise<ReadonlySet<unknown>> {
  const { Item } = await clients.table.send(
    new GetCommand({ TableName: `${stage}-sessions`, Key: { id: "#live" }, ConsistentRead: true }),
  );
  const places: unknown = Item?.sessions;
  return places instanceof Set ? places : new Set();
}

/** Everything that a session has: what the judge finds in the account, and its place among the live sessions. */
export async function leftOf(session: string): Promise<string[]> {
  const place = (await placesTaken()).has(session) ? [`place ${session}`] : [];
  return [...(await engine.left(session)), ...place];
}

/** "machine i-1" is of the kind machine, "security group sg-1" a security group. */
export const kindsOf = (things: string[]): string[] =>
  things.map((thing) => thing.slice(0, thing.lastIndexOf(" "))).toSorted();

/** The launch of a session: its id is the execution's name. */
export const launchOf = (session: string) =>
  `arn:aws:states:us-east-1:000000000000:execution:${stage}-launch:${session}`;

/** A wait for a machine is over: its three minutes are told by the clock's own words, the engine would take them. */
export async function timeOut(session: string): Promise<void> {
  const calls = await proxy.callsOf(session);
  const note = calls.findLast(({ action, status }) => action === "PutParameter" && status === 200)?.request;
  const taskToken = /taskToken\\*":\\*"([^"\\]+)/.exec(note ?? "")?.[1];
  if (taskToken === undefined) throw new Error("there is no note yet");
  await clients.stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: "States.Timeout" }));
}

/** What the operator was told about a session: notices, and the last words of executions that failed. */
export async function toldAbout(session: string): Promise<string> {
  const calls = await proxy.callsOf(session);
  const notices = calls
    .filter(({ action, status }) => action === "Publish" && status === 200)
    .map(({ request = "" }) => request);
  const own = (await executionsOf("teardown", session)).filter(({ status }) => status === "FAILED");
  const ends = await Promise.all(
    own.map(({ executionArn }) => clients.stepFunctions.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return [...notices, ...ends.map(({ cause = "" }) => cause)].join("\n");
}

/** The executions of a workflow that are about a session, in the order of their starts. */
export async function executionsOf(workflow: "launch" | "teardown" | "extend", session: string) {
  const stateMachineArn = `arn:aws:states:us-east-1:000000000000:stateMachine:${stage}-${workflow}`;
  const { executions = [] } = await clients.stepFunctions.send(
    new ListExecutionsCommand({ stateMachineArn, maxResults: 1_000 }),
  );
  return executions
    .filter(({ name }) => name === session || name?.startsWith(`${session}-`))
    .toSorted((one, other) => Number(one.startDate) - Number(other.startDate));
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

/**
 * A session is over: its record says so, if it has one, and nothing of it is left. Who `come`s is told what is left.
 * Listing everything is work for the engine, so it is not done while the record says that it cannot be over.
 */
export async function over(
  session: string,
  seconds = 60,
  come: (left: readonly string[]) => Promise<unknown> = async () => undefined,
): Promise<void> {
  const judge = async () => {
    await letTimePass(session);
    const record = await recordOf(session);
    const isOver = record === undefined || record.status === "ended";
    const left = isOver ? await leftOf(session) : [`a session that is ${record.status}`];
    if (left.length === 0) return;
    // A session that is over has no schedule any more.
    await come(left).catch(() => undefined);
    throw new Error(`left: ${left.join(", ")}`);
  };
  await vi.waitFor(judge, { timeout: seconds * 1_000, interval: 600 });
}
