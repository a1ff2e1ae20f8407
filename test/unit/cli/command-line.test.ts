import { expect, it } from "vitest";
import { commandLine, kebab } from "../../../cli/aws/command-line.ts";

it.each([
  ["stateMachineArn", "state-machine-arn"],
  ["InstanceIds", "instance-ids"],
  ["GetCallerIdentity", "get-caller-identity"],
  ["DescribeDBInstances", "describe-db-instances"],
])("names %s as the AWS CLI does: %s", (name, expected) => {
  expect(kebab(name)).toBe(expected);
});

it("renders text, switches, lists and what is left out", () => {
  const input = {
    stateMachineArn: "arn:x",
    name: "tea",
    input: '{"a":"it\'s"}',
    reverseOrder: true,
    none: undefined,
  };
  expect(commandLine("SFNClient", "StartExecutionCommand", input)).toBe(
    `aws stepfunctions start-execution --state-machine-arn arn:x --name tea --input "{\\"a\\":\\"it's\\"}" --reverse-order`,
  );
  expect(
    commandLine("EC2Client", "DescribeInstancesCommand", { Filters: [{ Name: "a b", Values: ["c"] }] }),
  ).toBe(`aws ec2 describe-instances --filters '[{"Name":"a b","Values":["c"]}]'`);
  expect(commandLine("DynamoDBClient", "GetItemCommand", { ConsistentRead: false })).toBe(
    "aws dynamodb get-item --no-consistent-read",
  );
});

it("names profile and region when they are not those of the environment, and lets no value pass for an option", () => {
  expect(
    commandLine("STSClient", "GetCallerIdentityCommand", {}, { region: "eu-west-1", profile: undefined }),
  ).toBe("aws sts get-caller-identity --region eu-west-1");
  expect(commandLine("SFNClient", "StopExecutionCommand", { cause: "-x; rm" })).toBe(
    "aws stepfunctions stop-execution '--cause=-x; rm'",
  );
});
