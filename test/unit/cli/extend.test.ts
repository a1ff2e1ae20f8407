import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { extend } from "../../../cli/commands/extend.ts";
import { commandOnSession } from "../fixture/command.ts";

const { stepFunctions, shown, context } = commandOnSession((value) => value);

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
