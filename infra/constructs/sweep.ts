import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";

interface SweepProps {
  ruleName: string;
  sweep: IFunction;
  deadLetters: IQueue;
}

/**
 * When the sweep looks. By a rule of EventBridge and not by Scheduler, as whom the undertakers come: what looks for
 * sessions that nobody ended must not be out of order together with what should have ended them.
 */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, { ruleName, sweep, deadLetters }: SweepProps) {
    super(scope, id);
    new Rule(this, "Rule", {
      ruleName,
      description: "Looks for what no event has told of",
      schedule: Schedule.rate(Duration.minutes(10)),
      // One that is missed is made up for by the next.
      targets: [
        new LambdaFunction(sweep, {
          deadLetterQueue: deadLetters,
          retryAttempts: 3,
          maxEventAge: Duration.minutes(5),
        }),
      ],
    });
  }
}
