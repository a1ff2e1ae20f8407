import { Aws } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Topic, type TopicProps } from "aws-cdk-lib/aws-sns";
import { LambdaSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";

interface BudgetProps {
  stage: string;
  names: ReturnType<typeof namesOf>;
  /** US dollars a month. */
  monthlyBudget: number;
  react: IFunction;
  deadLetters: IQueue;
  /** The key that its topic is under, or nothing. */
  topicKey: Pick<TopicProps, "masterKey">;
}

/** Percent of the month's budget at which AWS speaks up. */
const thresholds = [
  { notificationType: "ACTUAL", threshold: 50 },
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
  { notificationType: "FORECASTED", threshold: 100 },
];

/**
 * The month's money as AWS counts it: everything that bears our tag, hours late. It speaks to react through a topic of
 * its own, in prose; without the cost allocation tag, which only the account's owner can activate, it never does.
 */
export class Budget extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, names, monthlyBudget, react, deadLetters, topicKey }: BudgetProps,
  ) {
    super(scope, id);
    const topic = new Topic(this, "Topic", { topicName: names.budgetTopic, enforceSSL: true, ...topicKey });
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "BudgetsOfThisAccount",
        principals: [new ServicePrincipal("budgets.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": `arn:${Aws.PARTITION}:budgets::${Aws.ACCOUNT_ID}:*` },
        },
      }),
    );
    topic.addSubscription(new LambdaSubscription(react, { deadLetterQueue: deadLetters }));
    new CfnBudget(this, "Budget", {
      budget: {
        budgetName: names.budget,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyBudget, unit: "USD" },
        costFilters: { TagKeyValue: [`user:${tagKeys.stage}$${stage}`] },
      },
      notificationsWithSubscribers: thresholds.map((notification) => ({
        notification: { ...notification, comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" },
        subscribers: [{ subscriptionType: "SNS", address: topic.topicArn }],
      })),
    });
  }
}
