import { describe, expect, test } from "vitest";
import { z } from "zod";
import { resolve } from "./resolve.ts";
import { defaults, onlyOne, resourcesOf, synthesize, withEverything } from "./synthesize.ts";

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

describe("the backup bucket", () => {
  const { data } = defaults().templates;
  const bucket = onlyOne("AWS::S3::Bucket", data);
  const properties = z.record(z.string(), z.unknown()).parse(resolve(bucket.Properties, data));

  test("outlives the stack, under a name that everybody can make up for himself", () => {
    expect(bucket.DeletionPolicy).toBe("Retain");
    expect(properties.BucketName).toBe("moonbase-backup-111122223333-eu-west-1");
  });

  test("is nobody's but ours, and encrypted", () => {
    expect(properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    });
  });

  test("keeps what is overwritten for 90 days, and no half uploads", () => {
    expect(properties).toMatchObject({
      VersioningConfiguration: { Status: "Enabled" },
      LifecycleConfiguration: {
        Rules: [
          {
            Status: "Enabled",
            NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
    });
  });

  test("refuses whoever comes without TLS", () => {
    const policy = resolve(onlyOne("AWS::S3::BucketPolicy", data).Properties.PolicyDocument, data);
    expect(policy).toMatchObject({
      Statement: [
        {
          Effect: "Deny",
          Action: "s3:*",
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });
});

describe("the parameters of the devboxes", () => {
  const { data } = defaults().templates;
  const made = (template: typeof data) =>
    resolve(onlyOne("Custom::MoonbaseParameters", template).Properties, template);

  test("say where the repository is, and are made by a function that does not wait for an hour", () => {
    expect(made(data)).toMatchObject({
      PasswordParameter: "/devserver/restic/password",
      RepositoryParameter: "/devserver/restic/repo",
      Repository: "s3:https://s3.eu-west-1.amazonaws.com/moonbase-backup-111122223333-eu-west-1/devbox",
      ServiceTimeout: "300",
    });
  });

  test("say that there is no playbook, or where it is", () => {
    expect(made(data)).toMatchObject({
      AnsibleParameter: "/devserver/ansible/source",
      AnsibleSource: "none",
    });
    expect(made(withEverything().templates.data)).toMatchObject({
      AnsibleSource: "s3://my-playbooks/boxes/",
    });
  });

  test("are others in another stage", () => {
    const other = synthesize({ moonbase: { stage: "blue" } }).templates.data;
    expect(made(other)).toMatchObject({
      PasswordParameter: "/blue/devserver/restic/password",
      RepositoryParameter: "/blue/devserver/restic/repo",
    });
  });

  test("are in no template: CloudFormation would show them and take them away", () => {
    expect(resourcesOf("AWS::SSM::Parameter", data)).toEqual([]);
    expect(resourcesOf("AWS::SecretsManager::Secret", data)).toEqual([]);
  });
});

test("the logs of devboxes have a group with an end", () => {
  const groups = resourcesOf("AWS::Logs::LogGroup", defaults().templates.data);
  expect(
    groups.map(({ Properties }) => [Properties.LogGroupName, Properties.RetentionInDays]),
  ).toContainEqual(["/moonbase/moonbase/devbox", 30]);
});
