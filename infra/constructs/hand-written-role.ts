import { Aws, Validations } from "aws-cdk-lib";
import { type IPrincipal, type IRole, PolicyDocument, PolicyStatement, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Grant } from "../policies/grant.ts";

interface HandWrittenRoleProps {
  roleName: string;
  description: string;
  assumedBy: IPrincipal;
  grants: Grant[];
}

/** How cdk-nag spells a resource in its findings. */
const spelled = (resource: string) =>
  resource
    .replaceAll(Aws.PARTITION, "<AWS::Partition>")
    .replaceAll(Aws.REGION, "<AWS::Region>")
    .replaceAll(Aws.ACCOUNT_ID, "<AWS::AccountId>");

/** A role that allows what is written here, and to which no construct adds anything behind our back. */
export class HandWrittenRole extends Construct {
  readonly role: IRole;

  constructor(scope: Construct, id: string, { grants, ...props }: HandWrittenRoleProps) {
    super(scope, id);
    const document = new PolicyDocument({
      // Statements stay as they were written, one purpose each: merged ones cannot be read.
      minimize: false,
      statements: grants.map(({ star: _, ...statement }) => new PolicyStatement(statement)),
    });
    const role = new Role(this, "Role", { ...props, inlinePolicies: { allowed: document } });
    for (const grant of grants) acknowledgeStars(role, grant);
    this.role = role.withoutPolicyUpdates();
  }
}

function acknowledgeStars(role: Role, { sid, resources, star }: Grant): void {
  for (const resource of resources.filter((candidate) => candidate.includes("*"))) {
    if (star === undefined)
      throw new Error(`statement ${sid} has a star without a reason: ${spelled(resource)}`);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${spelled(resource)}]`,
      reason: star,
    });
  }
}
