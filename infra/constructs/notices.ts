import { Aws, Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic, type TopicProps } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";

interface NoticesProps {
  names: ReturnType<typeof namesOf>;
  email: string | null;
  /** The key that its topic is under, or nothing. */
  topicKey: Pick<TopicProps, "masterKey">;
}

/** How the operator hears of things: a topic, and a queue for events that nobody could handle, with its alarm. */
export class Notices extends Construct {
  readonly topic: Topic;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { names, email, topicKey }: NoticesProps) {
    super(scope, id);
    // Without a key by default: alarms cannot publish to a topic under the AWS-managed one, and an own one costs $1 a
    // month. Notices hold no secrets.
    this.topic = new Topic(this, "Topic", { topicName: names.noticesTopic, enforceSSL: true, ...topicKey });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    if (email !== null) this.topic.addSubscription(new EmailSubscription(email));

    this.deadLetters = new Queue(this, "DeadLetters", {
      queueName: names.deadLetterQueue,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });

    new Alarm(this, "DeadLetterAlarm", {
      alarmName: names.deadLetterQueue,
      alarmDescription:
        "An event could not be handled: read it in the queue; docs/troubleshooting.md says more",
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: "Maximum",
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
