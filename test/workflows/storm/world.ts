import { PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { CreateTagsCommand, RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { keeper } from "../../unit/fixture/keeper.ts";
import { engine } from "../session.ts";

const { clients, stage } = engine;
const TableName = `${stage}-sessions`;
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

interface Fate {
  count: number;
  /** Why the sessions end; nothing: they must be there after the storm as they were before. */
  ends?: "interrupted" | "idle" | "expired" | "machine-gone" | "logged-out";
  record?: () => Partial<SessionRecord>;
  tags?: Record<string, string>;
}

/** Fifty sessions, each with what will become of it. */
export const fates = {
  quiet: { count: 8 },
  held: {
    count: 6,
    record: () => ({ heldUntil: minutesFromNow(60) }),
    tags: { "moonbase:asks": "logged-out" },
  },
  "logged-in": { count: 6, tags: { "moonbase:logins": "open", "moonbase:asks": "logged-out" } },
  retagged: { count: 4 },
  advised: { count: 4, record: () => ({ blueprint: keeper.name }) },
  launching: { count: 2, record: () => ({ status: "launching", readyAt: undefined }) },
  interrupted: { count: 5, ends: "interrupted" },
  idle: { count: 4, ends: "idle", tags: { "moonbase:logins": "none" } },
  expired: { count: 4, ends: "expired", record: () => ({ expiresAt: minutesFromNow(-1) }) },
  gone: { count: 4, ends: "machine-gone" },
  "logged-out": { count: 3, ends: "logged-out", tags: { "moonbase:asks": "logged-out" } },
} satisfies Record<string, Fate>;
export type FateName = keyof typeof fates;

export interface Soul {
  session: string;
  fate: FateName;
  instanceId: string;
}

export const endOf = ({ fate }: Soul): Fate["ends"] => {
  const { ends }: Fate = fates[fate];
  return ends;
};

const arn = (session: string) => `arn:aws:states:us-east-1:000000000000:execution:${stage}-launch:${session}`;

/** Machines without a body: nothing runs on them, and nothing but the storm tells of them. */
export async function machines(count: number): Promise<string[]> {
  const run = new RunInstancesCommand({
    ImageId: "ami-12c6146b",
    InstanceType: "t3.micro",
    MinCount: count,
    MaxCount: count,
  });
  const { Instances } = await clients.ec2.send(run);
  return Instances?.flatMap(({ InstanceId }) => InstanceId ?? []) ?? [];
}

export const tag = (instanceId: string, tags: Record<string, string>) =>
  clients.ec2.send(
    new CreateTagsCommand({
      Resources: [instanceId],
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );

export const take = (souls: readonly Soul[]) =>
  clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: souls.map(({ instanceId }) => instanceId) }));

const estimate = 0.01;

/** Sessions as a launch would have left them an hour ago: record, place and tagged machine. */
export async function populate(name: string): Promise<Soul[]> {
  const all = Object.entries(fates).flatMap(([fate, { count }]) =>
    Array.from({ length: count }, (_, index) => `${name}-${fate}-${index}`),
  );
  const ids = await machines(all.length);
  const souls = fateNames().flatMap((fate) =>
    Array.from({ length: fates[fate].count }, (_, index) => ({ session: `${name}-${fate}-${index}`, fate })),
  );
  const peopled = souls.map((soul, index) => ({ ...soul, instanceId: ids[index] ?? "" }));
  await Promise.all(peopled.map(settle));
  await clients.table.send(
    new UpdateCommand({
      TableName,
      Key: { id: "#live" },
      UpdateExpression: "ADD sessions :all, committed :estimates",
      ExpressionAttributeValues: { ":all": new Set(all), ":estimates": estimate * all.length },
    }),
  );
  await take(peopled.filter(({ fate }) => fate === "gone"));
  return peopled;
}

const fateNames = (): FateName[] => [
  "quiet",
  "held",
  "logged-in",
  "retagged",
  "advised",
  "launching",
  "interrupted",
  "idle",
  "expired",
  "gone",
  "logged-out",
];

async function settle({ session, fate, instanceId }: Soul): Promise<void> {
  const { record, tags }: Fate = fates[fate];
  const Item: SessionRecord = {
    id: session,
    blueprint: "admin",
    status: "ready",
    launchExecution: arn(session),
    requestedAt: minutesFromNow(-61),
    readyAt: minutesFromNow(-60),
    expiresAt: minutesFromNow(180),
    estimate,
    generation: 0,
    machine: {
      instanceId,
      instanceType: "t3.micro",
      zone: "us-east-1a",
      market: "spot",
      launchedAt: minutesFromNow(-61),
      hourlyPrice: 0.003,
      onDemandHourlyPrice: 0.0104,
    },
    ...record?.(),
  };
  await Promise.all([
    clients.table.send(new PutCommand({ TableName, Item: JSON.parse(JSON.stringify(Item)) })),
    tag(instanceId, { "moonbase:stage": stage, "moonbase:session": session, ...tags }),
  ]);
  if (fate === "idle") await raiseAlarm(session, instanceId);
}

async function raiseAlarm(session: string, instanceId: string): Promise<void> {
  const AlarmName = `${stage}/${session}/idle`;
  await clients.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: "AWS/EC2",
      MetricName: "NetworkOut",
      Dimensions: [{ Name: "InstanceId", Value: instanceId }],
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 6,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "notBreaching",
    }),
  );
  await clients.cloudWatch.send(
    new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "storm" }),
  );
}

/** Five minutes pass for every session that was given notice. */
export const letNoticePass = ({ session }: Soul): Promise<unknown> =>
  clients.table
    .send(
      new UpdateCommand({
        TableName,
        Key: { id: session },
        UpdateExpression: "SET notice.endsAt = :past",
        ConditionExpression: "attribute_exists(notice)",
        ExpressionAttributeValues: { ":past": minutesFromNow(-1) },
      }),
    )
    .catch((error: Error) => {
      if (error.name !== "ConditionalCheckFailedException") throw error;
    });

/** The engine's own functions do not know the keeper. */
export const makeOrdinary = ({ session }: Soul) =>
  clients.table.send(
    new UpdateCommand({
      TableName,
      Key: { id: session },
      UpdateExpression: "SET blueprint = :admin",
      ExpressionAttributeValues: { ":admin": "admin" },
    }),
  );
