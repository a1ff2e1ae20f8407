import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";

/** What the suite runs against. */
export interface Target {
  /** Whether it is the pinned engine, whose deviations are known. */
  pinned: boolean;
  /** Where its services are; without them, where the environment says, as every AWS client reads it. */
  endpoints: { serverless: string; machines: string } | null;
  /** A role that Step Functions, EventBridge and Scheduler may take, to start executions and invoke functions. */
  role: string;
  /** A deployed stage, for a function that is known to throw. */
  stage: string;
}

declare module "vitest" {
  interface ProvidedContext {
    conformance: Target;
  }
}

export const target = inject("conformance");

const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const at = (service: "serverless" | "machines") =>
  target.endpoints === null ? {} : { ...local, endpoint: target.endpoints[service] };

export const cloudWatch = new CloudWatchClient(at("serverless"));
export const dynamo = new DynamoDBClient(at("serverless"));
export const documents = DynamoDBDocumentClient.from(dynamo);
export const events = new EventBridgeClient(at("serverless"));
export const scheduler = new SchedulerClient(at("serverless"));
export const stepFunctions = new SFNClient(at("serverless"));
export const notices = new SNSClient(at("serverless"));
export const ec2 = new EC2Client(at("machines"));
export const ssm = new SSMClient(at("machines"));
