import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
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

// Marked pure, so that a function's bundle drops the clients that it does not use.
export const cloudwatch = /* @__PURE__ */ new CloudWatchClient(bounded);
export const ec2 = /* @__PURE__ */ new EC2Client(bounded);
export const eventbridge = /* @__PURE__ */ new EventBridgeClient(bounded);
export const s3 = /* @__PURE__ */ new S3Client(bounded);
export const scheduler = /* @__PURE__ */ new SchedulerClient(bounded);
export const sfn = /* @__PURE__ */ new SFNClient(bounded);
export const sns = /* @__PURE__ */ new SNSClient(bounded);
export const ssm = /* @__PURE__ */ new SSMClient(bounded);
export const table = /* @__PURE__ */ DynamoDBDocumentClient.from(
  /* @__PURE__ */ new DynamoDBClient(bounded),
  {
    marshallOptions: { removeUndefinedValues: true },
  },
);
