import { Duration } from "aws-cdk-lib";
import { type EventPattern, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import {
  lookAgain,
  machineAsksForEnd,
  machineEventSource,
  machineOnTailnet,
  sweepEventSource,
} from "../../functions/session/asks.ts";
import type { namesOf } from "../../functions/session/names.ts";
import { workflowArn } from "./arns.ts";

interface HintsProps {
  stage: string;
  names: ReturnType<typeof namesOf>;
  react: IFunction;
  deadLetters: IQueue;
}

/** The events that make react look at the facts. Each is passed whole: react decides, not the pattern. */
export class Hints extends Construct {
  constructor(scope: Construct, id: string, { stage, names, react, deadLetters }: HintsProps) {
    super(scope, id);
    const target = new LambdaFunction(react, {
      deadLetterQueue: deadLetters,
      retryAttempts: 185,
      maxEventAge: Duration.hours(2),
    });
    const hint = (name: string, description: string, eventPattern: EventPattern) =>
      new Rule(this, name, { ruleName: `${stage}-${name}`, description, eventPattern, targets: [target] });

    // The console's Stop button skips every Catch: this is how a stopped launch is cleaned up all the same.
    hint("workflow-ended", "A launch or teardown failed, timed out or was stopped", {
      source: ["aws.states"],
      detailType: ["Step Functions Execution Status Change"],
      detail: {
        status: ["FAILED", "TIMED_OUT", "ABORTED"],
        stateMachineArn: ["launch", "teardown"].map((name) => workflowArn(names.workflow(name))),
      },
    });
    // An event has no tags, so machines that are not ours come by too; react looks and leaves them alone.
    hint("machine-ended", "A machine is stopped, going or gone", {
      source: ["aws.ec2"],
      detailType: ["EC2 Instance State-change Notification"],
      detail: { state: ["stopped", "shutting-down", "terminated"] },
    });
    // Spot events name machines of the whole account in the same way.
    hint("spot-warning", "Spot takes a machine away in two minutes", {
      source: ["aws.ec2"],
      detailType: ["EC2 Spot Instance Interruption Warning"],
    });
    hint("spot-rebalance", "Spot may take a machine away", {
      source: ["aws.ec2"],
      detailType: ["EC2 Instance Rebalance Recommendation"],
    });
    hint("machine-idle", "The network of a session is idle", {
      source: ["aws.cloudwatch"],
      detailType: ["CloudWatch Alarm State Change"],
      detail: { alarmName: [{ wildcard: names.idleAlarm("*") }], state: { value: ["ALARM"] } },
    });
    hint("machine-asks", "A machine asks for its own end, or is on its tailnet", {
      source: [machineEventSource],
      detailType: [machineAsksForEnd, machineOnTailnet],
    });
    hint("look-again", "The sweep asks again what was asked once", {
      source: [sweepEventSource],
      detailType: [lookAgain],
      detail: { stage: [stage] },
    });
  }
}
