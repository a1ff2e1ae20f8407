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
import { extend } from "../../../cli/commands/extend.ts";
import { makeContext } from "../../../cli/context.ts";
import { session } from "../fixture/session.ts";

const table = mockClient(DynamoDBDocumentClient);
const stepFunctions = mockClient(SFNClient);
const identity = mockClient(STSClient);
mockClient(DynamoDBClient).on(GetItemCommand).rejects();

const context = () => {
  const made = makeContext({ json: true });
  return { ...made, screen: { ...made.screen, result: (value: unknown) => void shown.push(value) } };
};
const shown: unknown[] = [];

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

const answer = {
  session: "tea",
  expiresAt: "2026-11-20T17:00:00.000Z",
  heldUntil: null,
  message: "30 minutes more",
};

it("starts the workflow with what was asked for, and shows its answer", async () => {
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "SUCCEEDED", output: JSON.stringify(answer) });
  expect(await extend(context(), "tea", { extendMinutes: 30 }, {})).toBe("done");
  const [call] = stepFunctions.commandCalls(StartExecutionCommand);
  expect(call?.args[0].input).toMatchObject({
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:moonbase-extend",
    input: JSON.stringify({ session: "tea", extendMinutes: 30 }),
  });
  expect(shown).toEqual([answer]);
});

it("letting go of a hold is 0 minutes, not none", async () => {
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "SUCCEEDED", output: JSON.stringify(answer) });
  await extend(context(), "tea", { holdMinutes: 0 }, {});
  const [call] = stepFunctions.commandCalls(StartExecutionCommand);
  expect(call?.args[0].input.input).toBe('{"session":"tea","holdMinutes":0}');
});

it("passes a refusal through", async () => {
  stepFunctions.on(DescribeExecutionCommand).resolves({
    status: "FAILED",
    error: "Refused",
    cause: "extendMinutes: 9999 is not accepted (allowed: 1 to 720)",
  });
  await expect(extend(context(), "tea", { extendMinutes: 9_999 }, {})).rejects.toMatchObject({
    complaint: { why: expect.stringContaining("extendMinutes: 9999"), ending: "refused" },
  });
});

it("changes nothing when it is only asked what it would do", async () => {
  await extend(context(), "tea", { extendMinutes: 30 }, { dryRun: true });
  expect(stepFunctions.commandCalls(StartExecutionCommand)).toEqual([]);
  expect(shown).toEqual([
    { dryRun: true, workflow: "moonbase-extend", input: { session: "tea", extendMinutes: 30 } },
  ]);
});
