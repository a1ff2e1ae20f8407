import { join } from "node:path";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { Grant } from "../policies/grant.ts";
import { writeLog } from "../policies/shared.ts";
import { HandWrittenRole } from "./hand-written-role.ts";

interface ControlFunctionProps {
  /** The folder under `functions/`. */
  story: string;
  functionName: string;
  description: string;
  settings: object;
  retentionDays: number;
  grants: Grant[];
  /** Where events go that an asynchronously invoked function fails on. */
  deadLetterQueue?: IQueue;
}

const root = join(import.meta.dirname, "../..");

/** One function of the control plane, built the one way this house builds them. */
export class ControlFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: ControlFunctionProps) {
    super(scope, id);
    const { story, functionName, description, settings, deadLetterQueue } = props;
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { role } = new HandWrittenRole(this, "Identity", {
      roleName: functionName,
      description: `What the ${functionName} function may do`,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      grants: [writeLog(`/aws/lambda/${functionName}`), ...props.grants],
    });

    this.function = new NodejsFunction(this, "Function", {
      functionName,
      description,
      entry: join(root, "functions", story, "handler.ts"),
      projectRoot: root,
      depsLockFilePath: join(root, "package-lock.json"),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      // Less than any task waits: a step must not be retried beside itself.
      timeout: Duration.seconds(50),
      tracing: Tracing.ACTIVE,
      role,
      logGroup,
      ...(deadLetterQueue !== undefined && { deadLetterQueue }),
      awsSdkConnectionReuse: false,
      environment: {
        MOONBASE_SETTINGS: JSON.stringify(settings),
        POWERTOOLS_SERVICE_NAME: story,
        POWERTOOLS_LOG_LEVEL: "INFO",
      },
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        mainFields: ["module", "main"],
        minify: true,
        logLevel: LogLevel.WARNING,
        // The SDK comes along: the runtime's own copy costs twice the time to import.
        externalModules: [],
      },
    });
  }
}
