import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { SchedulerClient, UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { claim } from "../../../functions/teardown/claim.ts";
import {
  claimedBy,
  launchArn,
  machine,
  minutesAfter,
  now,
  session,
  settings,
  teardownArn,
} from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const scheduler = mockClient(SchedulerClient);
const sfn = mockClient(SFNClient);
const table = mockClient(DynamoDBDocumentClient);
const run = (input: unknown = { session: "tea" }) =>
  claim({ step: "claim", execution: teardownArn(1), input });
const recordIs = (different: Parameters<typeof session>[0]) =>
  table.on(GetCommand).resolves({ Item: session(different) });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [ec2, scheduler, sfn, table]) client.reset();
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
  recordIs({ status: "ready", machine });
  table.on(UpdateCommand).resolves({});
  scheduler.on(UpdateScheduleCommand).resolves({});
});

describe("claim", () => {
  it("takes a session, by default for the operator", async () => {
    expect(await run()).toEqual({
      session: "tea",
      outcome: "claimed",
      message: 'session "tea" ends: operator',
    });
    const values = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
    expect(values).toMatchObject({
      ":set_reason": "operator",
      ":set_claim": claimedBy(teardownArn(1)),
      ":set_generation": 1,
    });
  });

  it("writes down by what the machine that asked for it has seen the reason", async () => {
    await run({ session: "tea", reason: "idle", evidence: "no login - for 1810 s" });
    const values = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
    expect(values).toMatchObject({ ":set_reason": "idle", ":set_evidence": "no login - for 1810 s" });
  });

  it("tells the undertaker to come when the claim lapses, in case this teardown dies unheard", async () => {
    await run();
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toMatchObject({
      Name: "tea-expiry",
      StartDate: minutesAfter(65),
      ScheduleExpression: "rate(10 minutes)",
    });
  });

  it("keeps the first reason, and what went wrong", async () => {
    recordIs({ status: "launching", reason: "launch-failed", failure: "no capacity" });
    await run({ session: "tea", failure: "something else", evidence: "of another reason" });
    const values = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
    expect(values).toMatchObject({ ":set_reason": "launch-failed", ":set_failure": "no capacity" });
    expect(values).not.toHaveProperty(":set_evidence");
  });

  it("writes down what a machine says of its work", async () => {
    await run({ session: "tea", reason: "work-done", work: "removed 2 of 9 backups" });
    const values = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
    expect(values).toMatchObject({ ":set_reason": "work-done", ":set_work": "removed 2 of 9 backups" });
  });

  it("writes down when the end began: the first time, not the last", async () => {
    const begun = () =>
      table.commandCalls(UpdateCommand).at(-1)?.args[0].input.ExpressionAttributeValues?.[":set_endBegunAt"];
    await run();
    expect(begun()).toBe(now.toISOString());
    recordIs({ status: "ready", machine, endBegunAt: minutesAfter(-9).toISOString() });
    await run();
    expect(begun()).toBe(minutesAfter(-9).toISOString());
  });

  it.each([
    ["no session", {}, "session: missing"],
    ["an odd id", { session: "tea;id" }, 'session: "tea;id" is not accepted'],
    ["an unknown reason", { session: "tea", reason: "boredom" }, 'reason: "boredom" is not accepted'],
    ["a field too many", { session: "tea", force: true }, "force"],
    ["no object", "tea", 'input: "tea" is not accepted'],
  ])("refuses %s by field", async (_, input, message) => {
    expect(await run(input)).toMatchObject({ outcome: "refused", message: expect.stringContaining(message) });
    expect(table.calls()).toHaveLength(0);
  });

  it("leaves a session to the teardown that holds it", async () => {
    recordIs({ status: "ready", claim: claimedBy(teardownArn(9)) });
    expect((await run()).outcome).toBe("held");
    expect(table.commandCalls(UpdateCommand)).toHaveLength(0);
  });

  it("leaves it as well when the other came between look and write", async () => {
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
    expect((await run()).outcome).toBe("held");
  });

  describe("for idleness, of a session that was held meanwhile", () => {
    const held = { status: "ready" as const, heldUntil: minutesAfter(30).toISOString() };

    it.each(["idle", "logged-out"])("as %s, leaves it alone and says why", async (reason) => {
      recordIs(held);
      expect(await run({ session: "tea", reason })).toEqual({
        session: "tea",
        outcome: "refused",
        message: `session "tea" is held until ${held.heldUntil}; ${reason} does not end it`,
      });
      expect(table.commandCalls(UpdateCommand)).toHaveLength(0);
    });

    it("leaves it as well when the hold came between look and write", async () => {
      table
        .on(GetCommand)
        .resolvesOnce({ Item: session({ status: "ready" }) })
        .resolves({ Item: session(held) });
      table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
      expect((await run({ session: "tea", reason: "idle" })).outcome).toBe("refused");
      const { ConditionExpression } = table.commandCalls(UpdateCommand)[0]?.args[0].input ?? {};
      expect(ConditionExpression).toContain("heldUntil <= :now");
    });

    it("finishes an end that was begun before, and ends for any other reason", async () => {
      recordIs({ ...held, reason: "idle", claim: claimedBy(teardownArn(9), -1) });
      expect((await run({ session: "tea", reason: "idle" })).outcome).toBe("claimed");
      recordIs(held);
      for (const reason of ["operator", "expired", "machine-gone"]) {
        expect((await run({ session: "tea", reason })).outcome).toBe("claimed");
      }
    });

    it("takes it again when the hold is over", async () => {
      recordIs({ ...held, heldUntil: now.toISOString() });
      expect((await run({ session: "tea", reason: "idle" })).outcome).toBe("claimed");
    });
  });

  describe("for an interruption", () => {
    const interrupt = (execution = 2) =>
      claim({
        step: "claim",
        execution: teardownArn(execution),
        input: { session: "tea", reason: "interrupted" },
      });
    const atWork = {
      ...{ status: "ready" as const, machine, generation: 1, reason: "idle" as const },
      claim: claimedBy(teardownArn(1)),
    };

    it("takes a session over from a voluntary teardown, which it stops first", async () => {
      recordIs(atWork);
      expect((await interrupt()).outcome).toBe("claimed");
      expect(sfn.commandCalls(StopExecutionCommand)[0]?.args[0].input).toMatchObject({
        executionArn: teardownArn(1),
        error: "Overtaken",
      });
      const { input } = table.commandCalls(UpdateCommand)[0]?.args[0] ?? {};
      expect(input?.ExpressionAttributeValues).toEqual({
        ":set_claim": claimedBy(teardownArn(2)),
        ":set_endBegunAt": now.toISOString(),
        ":set_generation": 2,
        ":set_reason": "interrupted",
        ":set_interruptedAt": now.toISOString(),
        ":seen": 1,
      });
      expect(input?.ConditionExpression).toBe("attribute_exists(id) AND (generation = :seen)");
    });

    it("remembers when spot gave notice, and takes over although the other cannot be stopped", async () => {
      const interruptedAt = minutesAfter(-1).toISOString();
      recordIs({ ...atWork, interruptedAt });
      sfn.on(StopExecutionCommand).rejects(new Error("out of order"));
      expect((await interrupt()).outcome).toBe("claimed");
      const values = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
      expect(values).toMatchObject({ ":set_interruptedAt": interruptedAt });
    });

    it("is tried again when the other came between look and write", async () => {
      table
        .on(GetCommand)
        .resolvesOnce({ Item: session({ status: "ready", machine }) })
        .resolves({ Item: session(atWork) });
      table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
      await expect(interrupt()).rejects.toThrow("taken at the same moment");
    });

    it("takes over once, and leaves a machine that is gone to whoever saw it go", async () => {
      recordIs({ ...atWork, reason: "interrupted" });
      expect((await interrupt()).outcome).toBe("held");
      recordIs({ ...atWork, goneAt: now.toISOString() });
      expect((await interrupt()).outcome).toBe("held");
      recordIs({ ...atWork, reason: "interrupted", claim: claimedBy(teardownArn(2)) });
      expect((await interrupt()).outcome).toBe("claimed");
      expect([...sfn.calls(), ...table.commandCalls(UpdateCommand)]).toEqual([]);
    });

    it("holds against a voluntary end, and against a hold", async () => {
      recordIs({ ...atWork, reason: "interrupted", claim: claimedBy(teardownArn(2)) });
      expect((await run()).outcome).toBe("held");
      recordIs({ status: "ready", machine, heldUntil: minutesAfter(30).toISOString() });
      expect((await interrupt()).outcome).toBe("claimed");
      recordIs({ status: "ready", machine, reason: "idle", generation: 1 });
      expect((await interrupt()).outcome).toBe("claimed");
      const values = table.commandCalls(UpdateCommand).at(-1)?.args[0].input.ExpressionAttributeValues;
      expect(values).toMatchObject({ ":set_reason": "interrupted" });
    });
  });

  it("has its own claim already when it is asked again, and counts no second generation", async () => {
    recordIs({ status: "ready", claim: claimedBy(teardownArn(1)), generation: 1 });
    expect((await run()).outcome).toBe("claimed");
    expect(table.commandCalls(UpdateCommand)).toHaveLength(0);
  });

  it("takes a claim that has lapsed", async () => {
    recordIs({ status: "ready", claim: claimedBy(teardownArn(9), -1) });
    expect((await run()).outcome).toBe("claimed");
  });

  it("stops a launch that is still at it", async () => {
    recordIs({});
    await run();
    expect(sfn.commandCalls(StopExecutionCommand)[0]?.args[0].input).toMatchObject({
      executionArn: launchArn,
    });
  });

  it("does not stop the launch that asked for it, nor one that has arrived", async () => {
    recordIs({});
    await run({ session: "tea", reason: "launch-failed" });
    recordIs({ status: "ready" });
    await run();
    expect(sfn.calls()).toHaveLength(0);
  });

  it("tells a mistyped session from one that is gone", async () => {
    table.on(GetCommand).resolves({});
    expect(await run()).toMatchObject({
      outcome: "unknown",
      message: expect.stringContaining('"tea" is not known here'),
    });
  });

  it("clears up after a launch that broke before it had a record", async () => {
    table.on(GetCommand).resolves({});
    expect((await run({ session: "tea", reason: "launch-failed" })).outcome).toBe("claimed");
  });

  it("clears up what the sweep has seen, although neither record nor machine is left", async () => {
    table.on(GetCommand).resolves({});
    expect((await run({ session: "tea", reason: "swept" })).outcome).toBe("claimed");
  });

  it("ends machines that bear the session's tag but have no record", async () => {
    table.on(GetCommand).resolves({});
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [{ InstanceId: "i-stray" }] }] });
    expect((await run()).outcome).toBe("claimed");
  });
});
