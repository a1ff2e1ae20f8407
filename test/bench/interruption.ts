import { setTimeout as pause } from "node:timers/promises";
import { CreateTagsCommand, DescribeInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { type Local, startLocal } from "../../local/local.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { type Figure, median, timed } from "./figures.ts";

const warmWarnings = 25;
const coldWarnings = 5;
/** From a spot warning's arrival at react to the words on the machine's tag, which it reads every two seconds. */
export async function interruptions(folder: string): Promise<Figure[]> {
  const count = warmWarnings + coldWarnings + 1;
  const local = await startLocal({
    ports: "free",
    folder,
    settings: { maximumSessions: count, monthlyBudget: 1_000 },
    failed: (error) => {
      throw error;
    },
  });
  try {
    const sessions = Array.from({ length: count }, (_, index) => `spot-${index}`);
    await Promise.all(sessions.map((session) => launch(local, session)));
    const [first = "", ...rest] = sessions;
    await warn(local, first);
    const warm: number[] = [];
    for (const session of rest.slice(0, warmWarnings)) warm.push(await warn(local, session));
    const cold: number[] = [];
    for (const session of rest.slice(warmWarnings)) {
      await coolDown(local);
      cold.push(await warn(local, session));
    }
    const bare: number[] = [];
    for (let again = 0; again < warmWarnings; again += 1) bare.push(await bareTag(local, first));
    const yardstick = { what: "a bare CreateTags, seen", value: median(bare) };
    const what = "spot warning to the order on the machine";
    return [
      { what: `${what}, warm`, value: median(warm), unit: "ms", yardstick },
      { what: `${what}, worst of ${warm.length} warm`, value: Math.max(...warm), unit: "ms", yardstick },
      { what: `${what}, cold`, value: median(cold), unit: "ms", yardstick },
      { what: `${what}, worst of ${cold.length} cold`, value: Math.max(...cold), unit: "ms", yardstick },
    ];
  } finally {
    local.stop();
  }
}

async function launch({ clients, stage }: Local, session: string): Promise<void> {
  const execution = await startWorkflow(clients, stage, "launch", session, { blueprint: "admin" });
  const { status, cause } = await endOf(clients, execution);
  if (status !== "SUCCEEDED") throw new Error(`launch of ${session} is ${status}: ${cause}`);
}

/** Warns as EventBridge would, waits for the tag; then AWS takes the machine, and the next one has the engine to itself. */
async function warn(local: Local, session: string): Promise<number> {
  const { clients, stage, engine } = local;
  const instanceId = await machineOf(local, session);
  const address = `${engine.endpoints.serverless}/2015-03-31/functions/${stage}-react/invocations`;
  const milliseconds = await timed(async () => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "x-amz-invocation-type": "Event" },
      body: JSON.stringify({
        source: "aws.ec2",
        "detail-type": "EC2 Spot Instance Interruption Warning",
        time: new Date().toISOString(),
        detail: { "instance-id": instanceId, "instance-action": "terminate" },
      }),
    });
    await answer.arrayBuffer();
    await seen(local, instanceId, "moonbase:tells");
  });
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  const key = { TableName: `${stage}-sessions`, Key: { id: session } };
  while ((await clients.table.send(new GetCommand(key))).Item?.status !== "ended") await pause(50);
  return milliseconds;
}

/** A function whose memory was set starts anew, here as on AWS. */
async function coolDown({ engine, stage }: Local): Promise<void> {
  const address = `${engine.endpoints.serverless}/2015-03-31/functions/${stage}-react/configuration`;
  const answer = await fetch(address, {
    method: "PUT",
    body: JSON.stringify({ MemorySize: 512 }),
  });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`the function cannot be changed: ${answer.status}`);
}

async function machineOf({ clients, stage }: Local, session: string): Promise<string> {
  const key = { TableName: `${stage}-sessions`, Key: { id: session } };
  return String((await clients.table.send(new GetCommand(key))).Item?.machine?.instanceId);
}

async function bareTag(local: Local, session: string): Promise<number> {
  const instanceId = await machineOf(local, session);
  const Key = `bench:${crypto.randomUUID()}`;
  return timed(async () => {
    const Tags = [{ Key, Value: "Spot takes this machine away" }];
    await local.clients.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
    await seen(local, instanceId, Key);
  });
}

async function seen({ clients }: Local, instanceId: string, key: string): Promise<void> {
  for (let look = 0; look < 4_000; look += 1) {
    const { Reservations } = await clients.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
    );
    if (Reservations?.[0]?.Instances?.[0]?.Tags?.some(({ Key }) => Key === key)) return;
    await pause(2);
  }
  throw new Error(`${instanceId} never got its tag ${key}`);
}
