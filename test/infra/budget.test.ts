import { expect, test } from "vitest";
import { z } from "zod";
import { resolve } from "./resolve.ts";
import { defaults, onlyOne, resourcesOf, synthesize } from "./synthesize.ts";

const { control } = defaults().templates;
const budgetOf = (template: typeof control) =>
  z
    .object({ Budget: z.looseObject({}), NotificationsWithSubscribers: z.array(z.looseObject({})) })
    .parse(resolve(onlyOne("AWS::Budgets::Budget", template).Properties, template));

test("the budget is the operator's, a month long, and counts what bears the stage's tag", () => {
  expect(budgetOf(control).Budget).toEqual({
    BudgetName: "moonbase-monthly",
    BudgetType: "COST",
    TimeUnit: "MONTHLY",
    BudgetLimit: { Amount: 2, Unit: "USD" },
    CostFilters: { TagKeyValue: ["user:moonbase:stage$moonbase"] },
  });
  const { templates } = synthesize({ moonbase: { stage: "blue", monthlyBudget: 7 } });
  expect(budgetOf(templates.control).Budget).toMatchObject({
    BudgetName: "blue-monthly",
    BudgetLimit: { Amount: 7 },
    CostFilters: { TagKeyValue: ["user:moonbase:stage$blue"] },
  });
});

test("AWS speaks up at 50, 80 and 100 percent spent, and at 100 percent foreseen, to one topic", () => {
  const { NotificationsWithSubscribers } = budgetOf(control);
  const notification = (NotificationType: string, Threshold: number) => ({
    Notification: {
      NotificationType,
      Threshold,
      ComparisonOperator: "GREATER_THAN",
      ThresholdType: "PERCENTAGE",
    },
    Subscribers: [{ SubscriptionType: "SNS", Address: "moonbase-budget" }],
  });
  expect(NotificationsWithSubscribers).toEqual([
    notification("ACTUAL", 50),
    notification("ACTUAL", 80),
    notification("ACTUAL", 100),
    notification("FORECASTED", 100),
  ]);
});

test("only AWS Budgets for this account may publish there, and react alone listens; what it misses is kept", () => {
  const policies = JSON.stringify(resolve(resourcesOf("AWS::SNS::TopicPolicy", control), control));
  expect(policies).toContain(
    '"Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"},"ArnLike":{"aws:SourceArn":"arn:aws:budgets::111122223333:*"}},"Effect":"Allow","Principal":{"Service":"budgets.amazonaws.com"},"Resource":"moonbase-budget"',
  );
  expect(resolve(onlyOne("AWS::SNS::Subscription", control).Properties, control)).toEqual({
    Protocol: "lambda",
    Endpoint: "moonbase-react.Arn",
    TopicArn: "moonbase-budget",
    RedrivePolicy: { deadLetterTargetArn: "moonbase-dead-letters.Arn" },
  });
  const permission = resourcesOf("AWS::Lambda::Permission", control)
    .map(({ Properties }) => resolve(Properties, control))
    .find((one) => JSON.stringify(one).includes("sns.amazonaws.com"));
  expect(permission).toMatchObject({ FunctionName: "moonbase-react.Arn", SourceArn: "moonbase-budget" });
});
