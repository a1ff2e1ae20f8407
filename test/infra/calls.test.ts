import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { roleNamed, statementsOf } from "./policies.ts";
import { defaults, withEverything } from "./synthesize.ts";

/** Which IAM prefix judges the commands of a client. */
const prefixes: Record<string, string> = {
  "@aws-sdk/client-cloudwatch": "cloudwatch",
  "@aws-sdk/client-ec2": "ec2",
  "@aws-sdk/client-eventbridge": "events",
  "@aws-sdk/client-s3": "s3",
  "@aws-sdk/client-scheduler": "scheduler",
  "@aws-sdk/client-sfn": "states",
  "@aws-sdk/client-sns": "sns",
  "@aws-sdk/client-ssm": "ssm",
};

/** The document client has names of its own. */
const documentCommands: Record<string, string> = {
  Get: "dynamodb:GetItem",
  Put: "dynamodb:PutItem",
  Update: "dynamodb:UpdateItem",
};

/** Actions that bear another name than their call. */
const otherNames: Record<string, string> = { "s3:ListObjectsV2": "s3:ListBucket" };

/** A transaction is authorised as the writes in it. */
const writesOf = (code: string): string[] =>
  ["Put", "Update", "Delete", "ConditionCheck"]
    .filter((kind) => code.includes(`${kind}: {`))
    .map((kind) => `dynamodb:${kind}Item`);

/** What AWS judges besides the call itself, and what Lambda does in the function's name. */
const implied: Record<string, string[]> = {
  "ec2:CreateFleet": [
    "ec2:RunInstances",
    "ec2:CreateTags",
    "iam:PassRole",
    "ssm:GetParameter",
    "ssm:GetParameters",
  ],
  "ec2:CreateSecurityGroup": ["ec2:CreateTags"],
  "ssm:PutParameter": ["ssm:AddTagsToResource"],
  "cloudwatch:PutMetricAlarm": ["cloudwatch:TagResource"],
  "scheduler:CreateSchedule": ["iam:PassRole"],
};
const byDefault: Record<string, string[]> = {};
/** What a call takes besides, where secrets and notices are under the operator's own key. */
const underOwnKey: Record<string, string[]> = {
  "ssm:PutParameter": ["kms:Encrypt"],
  "ssm:GetParameter": ["kms:Decrypt"],
  "sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"],
};
const ofEveryFunction = [
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];
const ofDeadLetters: Record<string, string[]> = {
  react: ["sqs:SendMessage"],
  sweep: ["sqs:SendMessage"],
};

/** The commands that are left in a function's code once everything unused has been shaken off. */
async function calls(story: string): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../functions", story, "handler.ts")],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
  });
  const code = outputFiles[0]?.text ?? "";
  const origins = new Map(
    [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*"(@aws-sdk\/[^"]+)"/g)].flatMap(
      ([, names = "", from = ""]) =>
        names.split(",").map((name): [string, string] => [name.split(" as ").at(-1)?.trim() ?? "", from]),
    ),
  );
  const used = [...code.matchAll(/new (\w+Command\d*)\(|\b(paginate\w+)\(/g)].map(
    ([, command, pages]) => command ?? pages ?? "",
  );
  return [...new Set(used)].flatMap((symbol) => {
    if (/^TransactWriteCommand\d*$/.test(symbol)) return writesOf(code);
    const name = symbol.replace(/^paginate/, "").replace(/Command\d*$/, "");
    const from = origins.get(symbol) ?? "";
    const action = from === "@aws-sdk/lib-dynamodb" ? documentCommands[name] : `${prefixes[from]}:${name}`;
    if (action === undefined) throw new Error(`${symbol} of ${from} has no action here`);
    return otherNames[action] ?? action;
  });
}

/** Parameters that belong to no session have no tags: their names say whose they are. */
const tagsNothing = ["password"];

describe.each(["launch", "teardown", "extend", "backup", "react", "ssh", "sweep", "password"])(
  "%s",
  (story) => {
    test.each([
      ["by default", defaults(), byDefault],
      ["with everything turned on", withEverything(), underOwnKey],
    ])("may do what its code calls, and no more: %s", async (_, synthesis, besides) => {
      const called = await calls(story);
      const needed = [
        ...called,
        ...(tagsNothing.includes(story) ? [] : called.flatMap((action) => implied[action] ?? [])),
        ...called.flatMap((action) => besides[action] ?? []),
        ...ofEveryFunction,
        ...(ofDeadLetters[story] ?? []),
      ];
      const granted = statementsOf(roleNamed(`moonbase-${story}`, synthesis)).flatMap(({ Action }) => Action);
      expect([...new Set(granted)].sort()).toEqual([...new Set(needed)].sort());
    });
  },
);
