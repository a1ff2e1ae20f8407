import { Aws, Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { Homes } from "../constructs/homes.ts";
import { MoonbaseStack, type MoonbaseStackProps } from "../constructs/moonbase-stack.ts";
import { OwnKey } from "../constructs/own-key.ts";

/**
 * What outlives everything: one record a session, so that "why did it end?" can always be answered, and what machines
 * have saved, with what it takes to read it.
 */
export class DataStack extends MoonbaseStack {
  constructor(scope: Construct, id: string, props: MoonbaseStackProps) {
    super(scope, id, {
      description: "Moonbase: session records and backups, kept when the stack goes",
      ...props,
    });
    new Table(this, "Sessions", {
      tableName: this.names.table,
      partitionKey: { name: "id", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const backups = new Bucket(this, "Backups", {
      bucketName: this.names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION),
      versioned: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        // What a machine overwrites by mistake, or by malice, can be brought back for a quarter of a year.
        {
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(backups).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "access logs would need a bucket of their own and cost by the object; CloudTrail's data events can be turned on",
    });
    const { stage, ownKey, devbox, logRetentionDays: retentionDays } = this.config;
    const keyArn = ownKey ? new OwnKey(this, "OwnKey", stage, this.names).arn : undefined;
    const { ansibleContent } = devbox;
    new Homes(this, "Homes", { names: this.names, ansibleContent, keyArn, retentionDays });
  }
}
