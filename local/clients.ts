import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { assertLoopback, credentials, type Endpoints, region } from "./environment.ts";

/** What every client here is made with. There is no other way to make one, and none without a loopback endpoint. */
export function clientSettings(endpoint: string) {
  return { endpoint: assertLoopback(endpoint).origin, region, credentials };
}

/** The clients that the local side itself needs. Both emulators have a CloudFormation, so that is there twice. */
export function clientsOf(endpoints: Endpoints) {
  const serverless = clientSettings(endpoints.serverless);
  const machines = clientSettings(endpoints.machines);
  return {
    cloudWatch: new CloudWatchClient(serverless),
    table: DynamoDBDocumentClient.from(new DynamoDBClient(serverless)),
    events: new EventBridgeClient(serverless),
    scheduler: new SchedulerClient(serverless),
    stepFunctions: new SFNClient(serverless),
    s3: new S3Client({ ...serverless, forcePathStyle: true }),
    serverlessStacks: new CloudFormationClient(serverless),
    serverlessParameters: new SSMClient(serverless),
    ec2: new EC2Client(machines),
    ssm: new SSMClient(machines),
    machineStacks: new CloudFormationClient(machines),
  };
}
export type Clients = ReturnType<typeof clientsOf>;
