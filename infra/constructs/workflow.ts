import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Grant } from "../policies/grant.ts";
import { workflowArn } from "./arns.ts";
import { HandWrittenRole } from "./hand-written-role.ts";

interface WorkflowProps {
  /** The file `workflows/<story>.asl.json`. */
  story: string;
  workflowName: string;
  substitutions: Record<string, string>;
  retentionDays: number;
  grants: Grant[];
}

const workflows = join(import.meta.dirname, "../../workflows");

/** A state machine from its own file, with its log. */
export class Workflow extends Construct {
  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    const { story, workflowName, substitutions, retentionDays, grants } = props;
    const logGroup = new LogGroup(this, "Log", {
      // Under this prefix AWS need not write every group into one resource policy, which is limited in size.
      logGroupName: `/aws/vendedlogs/states/${workflowName}`,
      retention: retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { role } = new HandWrittenRole(this, "Identity", {
      roleName: `${workflowName}-workflow`,
      description: `What the ${workflowName} workflow may do`,
      assumedBy: new ServicePrincipal("states.amazonaws.com", {
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": workflowArn(workflowName) },
        },
      }),
      grants,
    });
    new StateMachine(this, "StateMachine", {
      stateMachineName: workflowName,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(readFileSync(join(workflows, `${story}.asl.json`), "utf8")),
      definitionSubstitutions: substitutions,
      role,
      // Without the data: a task's input holds the machine's token, and secrets stay out of logs.
      logs: { destination: logGroup, level: LogLevel.ALL, includeExecutionData: false },
      tracingEnabled: true,
    });
  }
}
