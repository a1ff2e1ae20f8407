import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** A call that hangs must fail while the function still has time to say so; the SDK backs off with jitter. */
const bounded = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

export const cloudwatch = new CloudWatchClient(bounded);
export const ec2 = new EC2Client(bounded);
export const eventbridge = new EventBridgeClient(bounded);
export const scheduler = new SchedulerClient(bounded);
export const sfn = new SFNClient(bounded);
export const sns = new SNSClient(bounded);
export const ssm = new SSMClient(bounded);
export const table = DynamoDBDocumentClient.from(new DynamoDBClient(bounded), {
  marshallOptions: { removeUndefinedValues: true },
});
