import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import { workflowArn } from "./arns.ts";

interface FailureAlarmsProps {
  names: ReturnType<typeof namesOf>;
  topic: ITopic;
}

/** One failure has a notice of its own, and a refused input is one as well; several in an hour are a pattern. */
const failuresInAnHour = 3;

/** An alarm for each workflow that a session's life hangs on. Each costs one of the ten that are free. */
export class FailureAlarms extends Construct {
  constructor(scope: Construct, id: string, { names, topic }: FailureAlarmsProps) {
    super(scope, id);
    for (const story of ["launch", "teardown"]) {
      const workflow = names.workflow(story);
      new Alarm(this, story, {
        alarmName: `${workflow}-failures`,
        alarmDescription: `${failuresInAnHour} executions of ${workflow} failed within an hour: look at them in the console`,
        metric: new Metric({
          namespace: "AWS/States",
          metricName: "ExecutionsFailed",
          dimensionsMap: { StateMachineArn: workflowArn(workflow) },
          statistic: "Sum",
          period: Duration.hours(1),
        }),
        threshold: failuresInAnHour,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }).addAlarmAction(new SnsAction(topic));
    }
  }
}
