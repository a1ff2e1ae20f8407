import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, it } from "vitest";
import { backupNow } from "../../../cli/commands/backup-now.ts";
import { makeContext } from "../../../cli/context.ts";
import { session } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const stepFunctions = mockClient(SFNClient);
const identity = mockClient(STSClient);
mockClient(DynamoDBClient).on(GetItemCommand).rejects();

const shown: [value: unknown, text: string][] = [];
const context = () => {
  const made = makeContext({ json: true });
  const result = (value: unknown, text: string) => void shown.push([value, text]);
  return { ...made, screen: { ...made.screen, result } };
};

beforeEach(() => {
  table.on(GetCommand).resolves({ Item: session({ status: "ready" }) });
  identity
    .on(GetCallerIdentityCommand)
    .resolves({ Account: "000000000000", Arn: "arn:aws:iam::000000000000:root" });
  stepFunctions.on(StartExecutionCommand).resolves({});
  stepFunctions.on(GetExecutionHistoryCommand).resolves({ events: [] });
});
afterEach(() => {
  shown.length = 0;
  for (const mock of [table, stepFunctions, identity]) mock.reset();
});

it.each([
  [12.3, "Saved as 4f1c9a2e, in 12.3 s: 12 files changed"],
  [null, "Saved as 4f1c9a2e: 12 files changed"],
])("starts the workflow, and says what to restore from (%s)", async (seconds, text) => {
  const answer = { session: "tea", id: "4f1c9a2e", seconds, message: "12 files changed" };
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "SUCCEEDED", output: JSON.stringify(answer) });
  expect(await backupNow(context(), "tea", {})).toBe("done");
  expect(stepFunctions.commandCalls(StartExecutionCommand)[0]?.args[0].input).toMatchObject({
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:moonbase-backup",
    input: '{"session":"tea"}',
  });
  expect(shown).toEqual([[answer, text]]);
});

it.each([
  ["Refused", "refused", 3],
  ["NotSaved", "notSaved", 10],
  ["BackupFailed", "notSaved", 10],
])("%s ends as %s, with the reason", async (error, ending, exitCode) => {
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "FAILED", error, cause: "not saved: no space" });
  await expect(backupNow(context(), "tea", {})).rejects.toMatchObject({
    complaint: { why: "not saved: no space", ending },
    exitCode,
  });
});

it("asks nobody when it is only asked what it would do", async () => {
  await backupNow(context(), "tea", { dryRun: true });
  expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  expect(shown[0]?.[0]).toEqual({ dryRun: true, workflow: "moonbase-backup", input: { session: "tea" } });
});

it("asks nobody about a session that is not known", async () => {
  table.on(GetCommand).resolves({});
  await expect(backupNow(context(), "milk", {})).rejects.toMatchObject({ exitCode: 4 });
  expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
});
