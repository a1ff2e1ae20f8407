import { Aws } from "aws-cdk-lib";

/** The ARN of something of ours, by its name: names are the seam between stacks, so no stack exports an ARN. */
export function arnOf(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

export const roleArn = (name: string) => `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${name}`;

/** Images and public parameters belong to no account of ours: the account is empty in their ARNs. */
export function publicArn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}::${resource}`;
}

export const functionArn = (name: string) => arnOf("lambda", `function:${name}`);
export const workflowArn = (name: string) => arnOf("states", `stateMachine:${name}`);
/** Every execution of one workflow, and of no other. */
export const executionsArn = (name: string) => arnOf("states", `execution:${name}:*`);
