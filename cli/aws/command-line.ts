import { quote } from "shell-quote";

/** The AWS CLI's names where they differ from the SDK's. */
const services: Record<string, string> = { SFNClient: "stepfunctions" };

/** As the AWS CLI makes its names: `stateMachineArn` is `state-machine-arn`, `InstanceIds` is `instance-ids`. */
export function kebab(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1-$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

const serviceOf = (client: string) => services[client] ?? client.replace(/Client$/, "").toLowerCase();

/** DynamoDB's sets and binaries have no form in JSON of their own. */
const toPlain = (_key: string, value: unknown) => (value instanceof Set ? [...value] : value);

function option(name: string, value: unknown): string[] {
  const flag = `--${kebab(name)}`;
  if (value === undefined || value === null) return [];
  if (typeof value === "boolean") return [value ? flag : `--no-${kebab(name)}`];
  const text = typeof value === "object" ? JSON.stringify(value, toPlain) : String(value);
  return text.startsWith("-") ? [`${flag}=${text}`] : [flag, text];
}

/** A call of the SDK as the AWS CLI would make it, ready to be pasted into a shell. */
export function commandLine(
  client: string,
  command: string,
  input: object,
  more: Readonly<Record<string, string | undefined>> = {},
): string {
  const options = Object.entries({ ...input, ...more }).flatMap(([name, value]) => option(name, value));
  return quotedWords(["aws", serviceOf(client), kebab(command.replace(/Command$/, "")), ...options]);
}

/** As a person would write it: what no shell reads as anything else stays as it is. */
export const quotedWords = (words: readonly string[]): string =>
  words.map((word) => (/^[\w@%+:,./-]+$/.test(word) ? word : quote([word]))).join(" ");
