import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Construct } from "constructs";
import { MoonbaseStack, type MoonbaseStackProps } from "../constructs/moonbase-stack.ts";

/** What outlives everything: one record a session, so that "why did it end?" can always be answered. */
export class DataStack extends MoonbaseStack {
  constructor(scope: Construct, id: string, props: MoonbaseStackProps) {
    super(scope, id, { description: "Moonbase: session records, kept when the stack goes", ...props });
    new Table(this, "Sessions", {
      tableName: this.names.table,
      partitionKey: { name: "id", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
