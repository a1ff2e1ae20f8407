import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { DescribeExecutionCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { clientSettings } from "../../../local/clients.ts";

export type Settings = ReturnType<typeof clientSettings> & { maxAttempts: number };
export const session = "tea-0123abcd";

/** One call of every service that we use, and so of every protocol. */
export const callsWith = (
  settings: () => Settings,
): readonly (readonly [string, string, () => Promise<unknown>])[] => [
  [
    "dynamodb",
    "GetItem",
    () => new DynamoDBClient(settings()).send(new GetItemCommand({ TableName: session, Key: {} })),
  ],
  [
    "ec2",
    "DescribeInstances",
    () => new EC2Client(settings()).send(new DescribeInstancesCommand({ InstanceIds: [session] })),
  ],
  ["ssm", "GetParameter", () => new SSMClient(settings()).send(new GetParameterCommand({ Name: session }))],
  ["sns", "Publish", () => new SNSClient(settings()).send(new PublishCommand({ Message: session }))],
  [
    "states",
    "DescribeExecution",
    () => new SFNClient(settings()).send(new DescribeExecutionCommand({ executionArn: session })),
  ],
  [
    "scheduler",
    "GetSchedule",
    () => new SchedulerClient(settings()).send(new GetScheduleCommand({ Name: session })),
  ],
  [
    "events",
    "PutEvents",
    () => new EventBridgeClient(settings()).send(new PutEventsCommand({ Entries: [{ Source: session }] })),
  ],
  [
    "monitoring",
    "DescribeAlarms",
    () => new CloudWatchClient(settings()).send(new DescribeAlarmsCommand({ AlarmNames: [session] })),
  ],
  [
    "s3",
    "GetObject",
    () =>
      new S3Client({ ...settings(), forcePathStyle: true }).send(
        new GetObjectCommand({ Bucket: "b", Key: session }),
      ),
  ],
];
