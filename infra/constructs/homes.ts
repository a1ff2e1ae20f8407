import { Aws, CustomResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { devbox } from "../../blueprints/devbox.ts";
import { retention } from "../../blueprints/retention.ts";
import { ansibleKey, passwordKey, repositoryKey } from "../../functions/session/devserver.ts";
import { keyByArn, withOwnKey } from "../policies/own-key.ts";
import { passwordGrants } from "../policies/password.ts";
import type { Names } from "../policies/shared.ts";
import { ControlFunction } from "./control-function.ts";

interface HomesProps {
  names: Names;
  /** Where devboxes find their playbook; null: nowhere. */
  ansibleContent: string | null;
  /** The operator's own; left out: AWS's. */
  keyArn: string | undefined;
  retentionDays: number;
}

/** What the homes of devboxes need besides a bucket: where they are, what they are locked with, and where logs go. */
export class Homes extends Construct {
  constructor(scope: Construct, id: string, { names, ansibleContent, keyArn, retentionDays }: HomesProps) {
    super(scope, id);
    const grants = passwordGrants(names);
    const maker = new ControlFunction(this, "Maker", {
      story: "password",
      functionName: names.lambda("password"),
      description: "Makes the password of the backups once, and tells it to nobody",
      settings: {},
      retentionDays,
      grants: keyArn === undefined ? grants : withOwnKey(grants, keyByArn(keyArn)),
    });
    const bucket = names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION);
    // By a function, because CloudFormation cannot make a SecureString and would take parameters away with their stack.
    new CustomResource(this, "Parameters", {
      resourceType: "Custom::MoonbaseParameters",
      serviceToken: maker.function.functionArn,
      // Left to itself, CloudFormation waits an hour for a function that cannot answer.
      serviceTimeout: Duration.minutes(5),
      properties: {
        PasswordParameter: names.devserverParameter(passwordKey),
        RepositoryParameter: names.devserverParameter(repositoryKey),
        Repository: `s3:https://s3.${Aws.REGION}.amazonaws.com/${bucket}/${devbox.name}`,
        Key: keyArn,
        AnsibleParameter: names.devserverParameter(ansibleKey),
        // A parameter cannot be empty.
        AnsibleSource: ansibleContent ?? "none",
      },
    });
    const log = (id: string, blueprint: string) =>
      new LogGroup(this, id, {
        logGroupName: names.machineLog(blueprint),
        retention: retentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
    log("Log", devbox.name);
    log("RetentionLog", retention.name);
  }
}
