import { Aws, RemovalPolicy } from "aws-cdk-lib";
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { throughService } from "../policies/own-key.ts";
import type { Names } from "../policies/shared.ts";
import { arnOf } from "./arns.ts";

/** All that keeps a key in order, and nothing that locks or unlocks with it. */
const keeping = [
  ...["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListKeyPolicies", "ListKeyRotations"],
  ...[
    "ListResourceTags",
    "ListGrants",
    "PutKeyPolicy",
    "UpdateKeyDescription",
    "TagResource",
    "UntagResource",
  ],
  ...[
    "EnableKey",
    "DisableKey",
    "EnableKeyRotation",
    "DisableKeyRotation",
    "RotateKeyOnDemand",
    "RevokeGrant",
  ],
  ...["ScheduleKeyDeletion", "CancelKeyDeletion", "CreateAlias", "UpdateAlias", "DeleteAlias"],
].map((name) => `kms:${name}`);

/** Services that publish to a topic in nobody's name have to be let in by the key itself. */
const publishers = [
  {
    sid: "AlarmsOfThisStage",
    service: "cloudwatch",
    of: (stage: string) => arnOf("cloudwatch", `alarm:${stage}-*`),
  },
  {
    sid: "BudgetsOfThisAccount",
    service: "budgets",
    of: () => `arn:${Aws.PARTITION}:budgets::${Aws.ACCOUNT_ID}:*`,
  },
];

/** The operator's own key: it outlives the stack, because what is locked with it cannot be read without it. */
export class OwnKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, stage: string, names: Names) {
    super(scope, id);
    // The account stands for its IAM: who of it may use the key, and for what, is in the roles.
    const account = [new AccountRootPrincipal()];
    const through = (service: "ssm" | "sns", sid: string, actions: string[]) =>
      new PolicyStatement({
        sid,
        principals: account,
        actions,
        resources: ["*"],
        conditions: { StringEquals: { ...throughService(service), "kms:CallerAccount": Aws.ACCOUNT_ID } },
      });
    const key = new Key(this, "Key", {
      alias: names.ownKeyAlias,
      description: `Secrets and notices of Moonbase, stage ${stage}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement({ sid: "Keep", principals: account, actions: keeping, resources: ["*"] }),
          through("ssm", "ThroughParameterStore", ["kms:Encrypt", "kms:Decrypt"]),
          through("sns", "ThroughNotifications", ["kms:GenerateDataKey", "kms:Decrypt"]),
          ...publishers.map(
            ({ sid, service, of }) =>
              new PolicyStatement({
                sid,
                principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
                actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
                resources: ["*"],
                conditions: {
                  StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
                  ArnLike: { "aws:SourceArn": of(stage) },
                },
              }),
          ),
        ],
      }),
    });
    this.arn = key.keyArn;
  }
}
