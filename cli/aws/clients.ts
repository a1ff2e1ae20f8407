import type { EC2Client } from "@aws-sdk/client-ec2";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tellCalls } from "./show-aws.ts";
import type { Service, Target } from "./target.ts";

/** A call that hangs must end while somebody still waits for it; the SDK backs off with jitter. */
const bounded = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

function settingsFor(target: Target, service: Service) {
  if (target.kind === "local") {
    return { ...bounded, region: target.region, endpoint: target.endpointOf(service), credentials: standIns };
  }
  return {
    ...bounded,
    ...(target.region !== undefined && { region: target.region }),
    ...(target.profile !== undefined && { profile: target.profile }),
  };
}

/** The engine checks none, and the operator's own have no business there. */
const standIns = { accessKeyId: "local", secretAccessKey: "local", sessionToken: "local" };

/** The clients, each loaded when it is first wanted: the largest takes as long to load as a Node to start. */
export interface Clients {
  readonly ec2: () => Promise<EC2Client>;
  readonly table: () => Promise<DynamoDBDocumentClient>;
  readonly stepFunctions: () => Promise<SFNClient>;
  readonly parameters: () => Promise<SSMClient>;
  readonly identity: () => Promise<STSClient>;
}

export function clientsOf(target: Target, tell: ((line: string) => void) | undefined): Clients {
  const more = target.kind === "aws" ? { region: target.region, profile: target.profile } : {};
  const shown = <Client extends Parameters<typeof tellCalls>[0]>(client: Client): Client => {
    if (tell !== undefined) tellCalls(client, tell, more);
    return client;
  };
  return {
    ec2: once(async () => {
      const { EC2Client } = await import("@aws-sdk/client-ec2");
      return shown(new EC2Client(settingsFor(target, "EC2")));
    }),
    table: once(async () => {
      const [{ DynamoDBClient }, { DynamoDBDocumentClient }] = await Promise.all([
        import("@aws-sdk/client-dynamodb"),
        import("@aws-sdk/lib-dynamodb"),
      ]);
      return DynamoDBDocumentClient.from(shown(new DynamoDBClient(settingsFor(target, "DYNAMODB"))));
    }),
    stepFunctions: once(async () => {
      const { SFNClient } = await import("@aws-sdk/client-sfn");
      return shown(new SFNClient(settingsFor(target, "SFN")));
    }),
    parameters: once(async () => {
      const { SSMClient } = await import("@aws-sdk/client-ssm");
      return shown(new SSMClient(settingsFor(target, "SSM")));
    }),
    identity: once(async () => {
      const { STSClient } = await import("@aws-sdk/client-sts");
      return shown(new STSClient(settingsFor(target, "STS")));
    }),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
