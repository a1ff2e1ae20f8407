import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SendTaskFailureCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
} from "@aws-sdk/client-sfn";
import { GetParameterCommand, ParameterNotFound, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "../../../functions/react/act.ts";
import { claimedBy, minutesAfter, settings, teardownArn } from "../fixture/session.ts";

const scheduler = mockClient(SchedulerClient);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);
const tearDown = {
  action: "tear-down",
  session: "tea",
  endReason: "idle",
  generation: 0,
  reason: "",
} as const;
const taken = new ExecutionAlreadyExists({ message: "", $metadata: {} });
const namesStarted = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  for (const client of [scheduler, sfn, ssm, table]) client.reset();
  sfn.on(StartExecutionCommand).resolves({});
  table.on(UpdateCommand).resolves({});
});

describe("starting a teardown", () => {
  it("names it after the session and its generation, so that twice is once", async () => {
    await act(tearDown);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: settings.teardownWorkflowArn,
      name: "tea-1",
      input: '{"session":"tea","reason":"idle"}',
    });
  });

  it("joins one that is running", async () => {
    sfn.on(StartExecutionCommand).rejects(taken);
    sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING", input: '{"session":"tea"}' });
    await act(tearDown);
    expect(namesStarted()).toEqual(["tea-1"]);
  });

  it("passes over one that an operator has named like it, and that is another session's", async () => {
    sfn.on(StartExecutionCommand).rejectsOnce(taken).resolves({});
    sfn.on(DescribeExecutionCommand).resolves({ status: "RUNNING", input: '{"session":"milk"}' });
    await act(tearDown);
    expect(namesStarted()).toEqual(["tea-1", "tea-2"]);
  });

  it("passes over names whose execution has ended: they stay taken for 90 days", async () => {
    sfn.on(StartExecutionCommand).rejectsOnce(taken).rejectsOnce(taken).resolves({});
    sfn.on(DescribeExecutionCommand).resolves({ status: "FAILED" });
    await act(tearDown);
    expect(namesStarted()).toEqual(["tea-1", "tea-2", "tea-3"]);
  });

  it("fails when no name is free, so that the event is asked again", async () => {
    sfn.on(StartExecutionCommand).rejects(taken);
    sfn.on(DescribeExecutionCommand).resolves({ status: "FAILED" });
    await expect(act(tearDown)).rejects.toThrow(/no name is free/);
  });
});

describe("coming back", () => {
  const comeBack = { action: "come-back", session: "tea", at: minutesAfter(2), reason: "" } as const;

  it("moves the appointment", async () => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await act(comeBack);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toMatchObject({
      Name: "tea-expiry",
      StartDate: minutesAfter(2),
      ScheduleExpression: "rate(10 minutes)",
    });
    expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(0);
  });

  it("is told why the session ends, when its end was begun", async () => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await act({ ...comeBack, endReason: "idle" });
    const { Target } = scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input ?? {};
    expect(JSON.parse(Target?.Input ?? "").detail).toEqual({ session: "tea", endReason: "idle" });
  });

  it("ends when there is nothing to come back for", async () => {
    scheduler.on(DeleteScheduleCommand).resolves({});
    await act({ action: "dismiss", session: "tea", reason: "" });
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input.Name).toBe("tea-expiry");
  });

  it("makes it anew when there is none", async () => {
    const gone = Object.assign(new Error("gone"), { name: "ResourceNotFoundException" });
    scheduler.on(UpdateScheduleCommand).rejects(gone);
    scheduler.on(CreateScheduleCommand).resolves({});
    await act(comeBack);
    expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(1);
  });

  it("lets the dead teardown's claim lapse first", async () => {
    scheduler.on(UpdateScheduleCommand).resolves({});
    await act({ ...comeBack, deadClaim: claimedBy(teardownArn(1)) });
    const { ExpressionAttributeValues } = table.commandCalls(UpdateCommand)[0]?.args[0].input ?? {};
    expect(ExpressionAttributeValues).toMatchObject({
      ":holder": teardownArn(1),
      ":set_claim": { holder: teardownArn(1), expiresAt: "1970-01-01T00:00:00.000Z" },
    });
  });
});

describe("calling off in a dead machine's name", () => {
  const callOff = {
    action: "call-off",
    what: "launch",
    session: "tea",
    instanceId: "i-1",
    cause: "it died",
    reason: "",
  } as const;

  it("answers with the token that the machine was left", async () => {
    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '{"taskToken":"token"}' } });
    sfn.on(SendTaskFailureCommand).resolves({});
    await act(callOff);
    expect(ssm.commandCalls(GetParameterCommand)[0]?.args[0].input.Name).toBe("/moonbase/machines/i-1");
    expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toEqual({
      taskToken: "token",
      error: "MachineFailed",
      cause: "it died",
    });
  });

  it("finds the token of a teardown that has asked it to save in another note", async () => {
    ssm
      .on(GetParameterCommand)
      .resolves({ Parameter: { Value: '{"order":"save end-1","taskToken":"token"}' } });
    sfn.on(SendTaskFailureCommand).resolves({});
    await act({ ...callOff, what: "save" });
    expect(ssm.commandCalls(GetParameterCommand)[0]?.args[0].input.Name).toBe("/moonbase/machines/i-1/save");
    const [{ args } = { args: [] }] = sfn.commandCalls(SendTaskFailureCommand);
    expect(args[0]?.input.error, "which the teardown does not take for a reason to ask again").toBe(
      "MachineGone",
    );
  });

  it("leaves it to the launch when there is no note, and accepts that somebody answered before", async () => {
    ssm.on(GetParameterCommand).rejectsOnce(new ParameterNotFound({ message: "", $metadata: {} }));
    await act(callOff);
    expect(sfn.calls()).toHaveLength(0);

    ssm.on(GetParameterCommand).resolves({ Parameter: { Value: '{"taskToken":"token"}' } });
    sfn.on(SendTaskFailureCommand).rejects(new TaskDoesNotExist({ message: "", $metadata: {} }));
    await act(callOff);
  });
});
