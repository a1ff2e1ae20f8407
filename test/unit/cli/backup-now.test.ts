import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { backupNow } from "../../../cli/commands/backup-now.ts";
import { commandOnSession } from "../fixture/command.ts";

const { table, stepFunctions, shown, context } = commandOnSession(
  (value, text): [value: unknown, text: string] => [value, text],
);

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
