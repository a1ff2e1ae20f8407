import { expect, test } from "vitest";
import { defaults, onlyOne } from "./synthesize.ts";

test("session records outlive the stack and mistakes, and cost nothing while idle", () => {
  const table = onlyOne("AWS::DynamoDB::Table", defaults().templates.data);
  expect(table.DeletionPolicy).toBe("Retain");
  expect(table.Properties).toMatchObject({
    TableName: "moonbase-sessions",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
});
