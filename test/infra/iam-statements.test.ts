import { allowedContextKeysForRequest, isWildcardOnlyAction } from "@cloud-copilot/iam-simulate";
import { describe, expect, test } from "vitest";
import { allRoles, type Statement, statementsOf } from "./policies.ts";
import { account } from "./resolve.ts";
import { withEverything } from "./synthesize.ts";

/** Actions that may have "*" as their resource: IAM defines no narrower one for any of them. */
const anywhere = [
  "ec2:DescribeAddresses",
  "ec2:DescribeInstances",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroupRules",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSpotPriceHistory",
  "ec2:DescribeSubnets",
  "ec2:DescribeVolumes",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "scheduler:ListSchedules",
  "ssm:DescribeParameters",
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
  "sts:GetWebIdentityToken",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** Whole types of resources without a condition, each with what makes it harmless. */
const wholeTypes: Record<string, string> = {
  "ec2:CreateFleet fleet/*": "a fleet is no more than its request; what it runs is judged as RunInstances",
  "ec2:CreateFleet volume/*": "judged as RunInstances, where the template's tags are seen",
  "ec2:CreateFleet subnet/*": "the default subnets are the account's own and bear no tag of ours",
  "ec2:CreateFleet image/*": "public images bear no tag; the template names the parameter",
  "ec2:RunInstances subnet/*": "as for CreateFleet",
  "ec2:RunInstances image/*": "as for CreateFleet",
  "ec2:RunInstances spot-instances-request/*": "comes to nothing without the tagged machine",
  "ec2:CreateSecurityGroup vpc/*": "the default VPC bears no tag of ours; the group does",
  "ssm:UpdateInstanceInformation instance/*":
    "tells AWS which agent runs; SSM has no key that ties it to the caller",
  "s3:PutObject devbox/*": "the repository of homes; what is overwritten is kept as an older version",
  "s3:GetObject devbox/*": "the repository of homes, which every devbox reads; it is encrypted besides",
  "s3:DeleteObject locks/*": "the locks of that repository, which every box may take away",
  "s3:GetObject boxes/*": "the operator's own playbook, from the prefix that is configured",
  "s3:PutObject data/*": "retention packs anew what stays; iam-retention.test.ts says what it may not",
  "s3:PutObject index/*": "as for data/*",
  "s3:PutObject locks/*": "as for data/*",
  "s3:DeleteObject data/*": "retention alone, in iam-retention.test.ts; no box, in iam-devbox.test.ts",
  "s3:DeleteObject index/*": "as for data/*",
  "s3:DeleteObject snapshots/*": "as for data/*",
  "cloudwatch:DescribeAlarms alarm:*": "reading names of alarms, by which leftovers are found",
};

/** Second spellings of a permission that also exists with a documented key: see infra/policies/machine.ts. */
const undocumented = ["aws:arn", "ssm:resourcetag/moonbase:machine"];

/** The reference lists no resource type for these; AWS checks them against the state machine all the same. */
const checkedAgainstStateMachine = ["states:SendTaskSuccess", "states:SendTaskFailure"];

const rows = allRoles(withEverything()).flatMap((role) =>
  statementsOf(role).map((statement): [string, string, Statement] => [
    role.RoleName,
    statement.Sid,
    statement,
  ]),
);
const pairs = ({ Action, Resource }: Statement) =>
  Action.flatMap((action) => Resource.map((resource): [string, string] => [action, resource]));

test("there is a role for each who acts, and no managed policy", () => {
  expect(
    allRoles()
      .map(({ RoleName }) => RoleName)
      .sort(),
  ).toEqual([
    "moonbase-admin-machine",
    "moonbase-backup",
    "moonbase-backup-workflow",
    "moonbase-devbox-machine",
    "moonbase-extend",
    "moonbase-extend-workflow",
    "moonbase-launch",
    "moonbase-launch-workflow",
    "moonbase-password",
    "moonbase-react",
    "moonbase-retention-machine",
    "moonbase-scheduler",
    "moonbase-ssh",
    "moonbase-ssh-workflow",
    "moonbase-sweep",
    "moonbase-teardown",
    "moonbase-teardown-workflow",
  ]);
  expect(allRoles().flatMap(({ ManagedPolicyArns }) => ManagedPolicyArns)).toEqual([]);
});

describe.each(rows)("%s %s", (_, __, statement) => {
  test("names every action in full", () => {
    expect(statement.Action.join()).not.toContain("*");
  });

  test("takes in no more than its reason says", () => {
    for (const [action, resource] of pairs(statement)) {
      if (resource === "*") expect(anywhere).toContain(action);
      const wholeType = /[:/](?<type>[a-z-]+[/:]\*)$/.exec(resource)?.groups?.type;
      const judged = wholeType === undefined || Object.keys(statement.Condition).length > 0;
      const named = /:(schedule|execution|log-group|parameter)[:/]/.test(resource);
      if (!judged && !named) expect(Object.keys(wholeTypes)).toContain(`${action} ${wholeType}`);
    }
  });

  test("has resources and condition keys that IAM knows for its actions", async () => {
    const keys = Object.values(statement.Condition).flatMap((operands) => Object.keys(operands));
    for (const [action, resource] of pairs(statement)) {
      const [service = "", name = ""] = action.split(":");
      if (checkedAgainstStateMachine.includes(action)) {
        expect(resource).toMatch(/:stateMachine:/);
        continue;
      }
      expect(resource === "*").toBe(await isWildcardOnlyAction(service, name));
      // Public parameters belong to no account, which the reference's pattern does not foresee.
      const owned = resource.replace("::parameter/", `:${account}:parameter/`);
      const known = await allowedContextKeysForRequest(service, name, owned, false, undefined);
      for (const key of keys.map((one) => one.toLowerCase())) {
        if (undocumented.includes(key)) continue;
        const generic = key
          .replace(/tag\/.*$/, `tag/$\{tagkey}`)
          .replace(/^kms:encryptioncontext:.*$/, `kms:encryptioncontext:$\{encryptioncontextkey}`);
        expect(
          known.some((one) => one === key || one === generic),
          `${key} on ${action}`,
        ).toBe(true);
      }
    }
  });
});

test("inline policies fit into IAM's 10,240 characters", () => {
  for (const { Policies } of allRoles(withEverything())) {
    expect(JSON.stringify(Policies[0]?.PolicyDocument).length).toBeLessThan(10_240);
  }
});

test("services that act for us must be acting for this account", () => {
  for (const name of [
    "moonbase-scheduler",
    ...["backup", "extend", "launch", "ssh", "teardown"].map((name) => `moonbase-${name}-workflow`),
  ]) {
    const role = allRoles().find(({ RoleName }) => RoleName === name);
    const trust = JSON.stringify(role?.AssumeRolePolicyDocument);
    expect(trust).toContain('"aws:SourceAccount":"111122223333"');
    expect(trust).toContain('"aws:SourceArn"');
  }
});
