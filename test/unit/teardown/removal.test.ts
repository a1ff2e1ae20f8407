import { CloudWatchClient, DeleteAlarmsCommand, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ReleaseAddressCommand,
  RevokeSecurityGroupIngressCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DeleteParametersCommand, DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cleanUp } from "../../../functions/teardown/clean-up.ts";
import { reportLeftovers } from "../../../functions/teardown/report-leftovers.ts";
import { terminate } from "../../../functions/teardown/terminate.ts";
import { verify } from "../../../functions/teardown/verify.ts";
import { machine, minutesAfter, now, session, settings, teardownArn } from "../fixture/session.ts";

const cloudwatch = mockClient(CloudWatchClient);
const ec2 = mockClient(EC2Client);
const sns = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);
const event = { session: "tea", startedAt: now.toISOString() };
const machines = (...states: ("running" | "shutting-down" | "terminated")[]) => ({
  Reservations: [{ Instances: states.map((Name, index) => ({ InstanceId: `i-${index}`, State: { Name } })) }],
});
const named = (name: string) => Object.assign(new Error(name), { name });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [cloudwatch, ec2, sns, ssm, table]) client.reset();
  table.on(GetCommand).resolves({ Item: session({ machine: { ...machine, instanceId: "i-0" } }) });
  table.on(UpdateCommand).resolves({});
  cloudwatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ AlarmName: "moonbase/tea/idle" }] });
  ec2.on(DescribeInstancesCommand).resolves(machines("terminated"));
  ec2.on(DescribeVolumesCommand).resolves({});
  ec2.on(DescribeNetworkInterfacesCommand).resolves({});
  ec2.on(DescribeAddressesCommand).resolves({});
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({});
  ec2.on(DescribeSecurityGroupsCommand).resolves({ SecurityGroups: [{ GroupId: "sg-own" }] });
  ssm.on(DescribeParametersCommand).resolves({ Parameters: [{ Name: "/moonbase/machines/i-0" }] });
  sns.on(PublishCommand).resolves({});
});

describe("terminate", () => {
  it("ends what runs and waits for what is going", async () => {
    ec2.on(DescribeInstancesCommand).resolves(machines("running", "shutting-down", "terminated"));
    const { outcome, message } = await terminate(event);
    expect(ec2.commandCalls(TerminateInstancesCommand)[0]?.args[0].input.InstanceIds).toEqual(["i-0"]);
    expect({ outcome, message }).toEqual({
      outcome: "terminating",
      message: "i-0 is running, i-1 is shutting-down",
    });
  });

  it("is stuck after a quarter of an hour, and names the machine", async () => {
    ec2.on(DescribeInstancesCommand).resolves(machines("shutting-down"));
    vi.setSystemTime(minutesAfter(15));
    expect(await terminate(event)).toEqual({ outcome: "stuck", message: "i-0 is shutting-down" });
  });

  it("looks for the recorded machine by its id when no tag leads to it yet", async () => {
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
    ec2
      .on(DescribeInstancesCommand, { Filters: [{ Name: "instance-id", Values: ["i-0"] }] })
      .resolves(machines("running"));
    expect((await terminate(event)).outcome).toBe("terminating");
  });

  it("writes down when all were gone, once", async () => {
    expect((await terminate(event)).outcome).toBe("terminated");
    const { input } = table.commandCalls(UpdateCommand)[0]?.args[0] ?? {};
    expect(input?.ExpressionAttributeValues).toEqual({ ":set_goneAt": now.toISOString() });
    expect(input?.ConditionExpression).toContain("attribute_not_exists(goneAt)");
  });
});

describe("clean up", () => {
  it("removes alarm, parameter and group", async () => {
    await cleanUp(event);
    expect(cloudwatch.commandCalls(DeleteAlarmsCommand)).toHaveLength(1);
    expect(ssm.commandCalls(DeleteParametersCommand)).toHaveLength(1);
    expect(ec2.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(1);
  });

  it("removes address, volume, and rules in groups that others share", async () => {
    ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ AllocationId: "eipalloc-1" }] });
    ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ VolumeId: "vol-1" }] });
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({
      SecurityGroupRules: [
        { SecurityGroupRuleId: "sgr-shared", GroupId: "sg-base" },
        { SecurityGroupRuleId: "sgr-own", GroupId: "sg-own" },
        { SecurityGroupRuleId: "sgr-out", GroupId: "sg-base", IsEgress: true },
      ],
    });
    await cleanUp(event);
    const inputs = [
      ...ec2.commandCalls(ReleaseAddressCommand),
      ...ec2.commandCalls(DeleteVolumeCommand),
      ...ec2.commandCalls(RevokeSecurityGroupIngressCommand),
    ].map(({ args }) => args[0].input);
    expect(inputs).toEqual([
      { AllocationId: "eipalloc-1" },
      { VolumeId: "vol-1" },
      { GroupId: "sg-base", SecurityGroupRuleIds: ["sgr-shared"] },
    ]);
    expect(ec2.commandCalls(DescribeSecurityGroupRulesCommand)).toHaveLength(1);
    expect(ec2.commandCalls(DescribeSecurityGroupsCommand)).toHaveLength(1);
    expect(await verify(event)).toMatchObject({
      outcome: "not-yet",
      message: expect.stringContaining("addresses eipalloc-1; securityGroupRules sgr-shared; securityGroups"),
    });
  });

  it.each([
    ["address is gone", () => ec2.on(ReleaseAddressCommand).rejects(named("InvalidAllocationID.NotFound"))],
    ["address is in use", () => ec2.on(ReleaseAddressCommand).rejects(named("InvalidIPAddress.InUse"))],
    ["volume is gone", () => ec2.on(DeleteVolumeCommand).rejects(named("InvalidVolume.NotFound"))],
    ["volume is in use", () => ec2.on(DeleteVolumeCommand).rejects(named("VolumeInUse"))],
    [
      "rule is gone",
      () => ec2.on(RevokeSecurityGroupIngressCommand).rejects(named("InvalidSecurityGroupRuleId.NotFound")),
    ],
  ])("whose %s leaves that to the verification", async (_, refuse) => {
    ec2.on(DescribeAddressesCommand).resolves({ Addresses: [{ AllocationId: "eipalloc-1" }] });
    ec2.on(DescribeVolumesCommand).resolves({ Volumes: [{ VolumeId: "vol-1" }] });
    ec2.on(DescribeSecurityGroupRulesCommand).resolves({
      SecurityGroupRules: [{ SecurityGroupRuleId: "sgr-1", GroupId: "sg-base" }],
    });
    refuse();
    expect(await cleanUp(event)).toEqual({ outcome: "cleaned" });
  });

  it("goes on to the others when one cannot be removed, and fails with its name", async () => {
    cloudwatch.on(DeleteAlarmsCommand).rejects(named("AccessDenied"));
    await expect(cleanUp(event)).rejects.toThrow("not removed: moonbase/tea/idle: AccessDenied");
    expect(ssm.commandCalls(DeleteParametersCommand)).toHaveLength(1);
    expect(ec2.commandCalls(DeleteSecurityGroupCommand)).toHaveLength(1);
  });

  it("leaves a group that an interface still bears to the next round", async () => {
    ec2.on(DeleteSecurityGroupCommand).rejects(named("DependencyViolation"));
    expect(await cleanUp(event)).toEqual({ outcome: "cleaned" });
  });
});

describe("verify", () => {
  it("names what is there yet, and gives up on it after a quarter of an hour", async () => {
    const message = "securityGroups sg-own; alarms moonbase/tea/idle; parameters /moonbase/machines/i-0";
    expect(await verify(event)).toEqual({ outcome: "not-yet", message });
    vi.setSystemTime(minutesAfter(16));
    expect(await verify(event)).toEqual({ outcome: "left", message });
  });

  it("calls nothing clean while a step of the launch may be at work", async () => {
    const busyUntil = minutesAfter(0.5).toISOString();
    table.on(GetCommand).resolves({ Item: session({ busyUntil }) });
    expect(await verify(event)).toEqual({
      outcome: "not-yet",
      message: `a step may be at work until ${busyUntil}`,
    });
  });
});

describe("the report of leftovers", () => {
  const report = (story: object) =>
    reportLeftovers({ input: { session: "tea" }, execution: teardownArn(1), story });
  const told = () => sns.commandCalls(PublishCommand)[0]?.args[0].input.Message;

  it("tells the operator exactly what is left, and where to look", async () => {
    const { message } = await report({});
    expect(message).toContain("securityGroups sg-own; alarms moonbase/tea/idle");
    expect(told()).toContain(message);
    expect(told()).toContain(`/executions/details/${teardownArn(1)}`);
  });

  it("says what was saved and what it has cost, and does without where the record cannot be read", async () => {
    await report({});
    expect(told()).toMatch(/Saved: nothing; admin keeps nothing\.[\s\S]*It has cost about \$/);
    sns.resetHistory();
    table.on(GetCommand).rejects(named("InternalServerError"));
    await report({});
    expect(told()).toContain("did not finish");
    expect(told()).not.toContain("cost about");
  });

  it("says what broke", async () => {
    const { message } = await report({ error: { Error: "Error", Cause: "not removed: x" } });
    expect(message).toContain("(Error: not removed: x)");
  });

  it("is made even when nothing can be listed", async () => {
    ec2.on(DescribeVolumesCommand).rejects(named("UnauthorizedOperation"));
    expect((await report({})).message).toContain("volumes could not be listed (UnauthorizedOperation)");
  });
});
