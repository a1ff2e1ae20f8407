import type { Template } from "./synthesize.ts";

/** The account and region that tests deploy to in their minds. */
export const account = "111122223333";
export const region = "eu-west-1";

const pseudo: Record<string, string> = {
  "AWS::Partition": "aws",
  "AWS::Region": region,
  "AWS::AccountId": account,
  "AWS::URLSuffix": "amazonaws.com",
};

/** Names by which CloudFormation would know our resources; every one of them is in the template. */
const nameProperties = [
  "TableName",
  "FunctionName",
  "RoleName",
  "QueueName",
  "TopicName",
  "StateMachineName",
  "RuleName",
  "LogGroupName",
  "GroupName",
  "InstanceProfileName",
];

function reference(logicalId: string, { Resources }: Template): string {
  const known = pseudo[logicalId];
  if (known !== undefined) return known;
  const properties = Resources[logicalId]?.Properties ?? {};
  const name = nameProperties.map((key) => properties[key]).find((value) => typeof value === "string");
  return typeof name === "string" ? name : logicalId;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What CloudFormation makes of a value with intrinsic functions, as far as our templates use them. */
export function resolve(value: unknown, template: Template): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, template));
  if (!isObject(value)) return value;
  const [[key, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "Ref") return reference(String(argument), template);
    if (key === "Fn::GetAtt" && Array.isArray(argument)) {
      const [id, attribute] = argument.map(String);
      const isKey = template.Resources[id ?? ""]?.Type === "AWS::KMS::Key" && attribute === "Arn";
      if (isKey) return `arn:aws:kms:${region}:${account}:key/${id}`;
      return `${reference(id ?? "", template)}.${attribute}`;
    }
    if (key === "Fn::Sub") {
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, name: string) => reference(name, template));
    }
    if (key === "Fn::Join" && Array.isArray(argument) && Array.isArray(argument[1])) {
      return argument[1].map((item) => String(resolve(item, template))).join(String(argument[0]));
    }
    if (key === "Fn::Base64") return Buffer.from(String(resolve(argument, template))).toString("base64");
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, template)]));
}
