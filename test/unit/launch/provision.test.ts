import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  CreateFleetCommand,
  DescribeInstancesCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  EC2Client,
  EC2ServiceException,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { provision } from "../../../functions/launch/provision.ts";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { claimedBy, machine, now, session, settings, teardownArn } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const table = mockClient(DynamoDBDocumentClient);
const run = () => provision({ step: "provision", session: "tea" });

const instance = (InstanceId: string, different: object = {}) => ({
  InstanceId,
  InstanceType: "t3.small" as const,
  State: { Name: "running" as const },
  Placement: { AvailabilityZone: "us-east-1a" },
  LaunchTime: now,
  ...different,
});
const listed = (...instances: ReturnType<typeof instance>[]) => ({
  Reservations: instances.map((one) => ({ Instances: [one] })),
});
const fleet = (market: "spot" | "on-demand") => ({
  Instances: [
    {
      InstanceIds: [machine.instanceId],
      InstanceType: "t3.small" as const,
      Lifecycle: market,
      LaunchTemplateAndOverrides: { Overrides: { SubnetId: "subnet-a" } },
    },
  ],
});
const empty = (...codes: string[]) => ({
  Instances: [],
  Errors: codes.map((ErrorCode) => ({ ErrorCode, ErrorMessage: "no" })),
});
const recordIs = (...records: SessionRecord[]) => {
  const reads = table.on(GetCommand);
  for (const Item of records) reads.resolvesOnce({ Item });
  reads.resolves({ Item: records.at(-1) });
};
const marketsAsked = () =>
  ec2
    .commandCalls(CreateFleetCommand)
    .map(({ args }) => args[0].input.TargetCapacitySpecification?.DefaultTargetCapacityType);
const terminated = () =>
  ec2.commandCalls(TerminateInstancesCommand).flatMap(({ args }) => args[0].input.InstanceIds ?? []);
const conditionFails = new ConditionalCheckFailedException({ message: "", $metadata: {} });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  ec2.reset();
  table.reset();
  recordIs(session());
  table.on(UpdateCommand).resolves({});
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [] });
  ec2
    .on(DescribeSubnetsCommand)
    .resolves({ Subnets: [{ SubnetId: "subnet-a", AvailabilityZone: "us-east-1a" }] });
  ec2.on(DescribeSpotPriceHistoryCommand).resolves({ SpotPriceHistory: [{ SpotPrice: "0.0075" }] });
  ec2.on(CreateFleetCommand).resolves(fleet("spot"));
});

describe("provision", () => {
  it("takes a spot machine and writes down what it will cost", async () => {
    expect(await run()).toEqual({ outcome: "provisioned", message: "t3.small, spot, in us-east-1a" });
    const written = table.commandCalls(UpdateCommand)[0]?.args[0].input.ExpressionAttributeValues;
    expect(written?.[":set_machine"]).toEqual(machine);
  });

  it("asks for the image and the types of the variant that the session was asked for", async () => {
    recordIs(session({ blueprint: "devbox", variant: "debian-13-amd64" }));
    await run();
    const [request] = ec2.commandCalls(CreateFleetCommand);
    const overrides = request?.args[0].input.LaunchTemplateConfigs?.[0]?.Overrides ?? [];
    expect(overrides.map(({ InstanceType }) => InstanceType)).toEqual([
      ...["c5d.large", "c6id.large", "m5d.large", "m6id.large"],
    ]);
    expect(new Set(overrides.map(({ ImageId }) => ImageId))).toEqual(
      new Set(["resolve:ssm:/aws/service/debian/release/13/latest/amd64"]),
    );
  });

  it("asks on demand when spot comes back empty: a reply without instances is no success", async () => {
    ec2
      .on(CreateFleetCommand)
      .resolvesOnce(empty("InsufficientInstanceCapacity"))
      .resolvesOnce(fleet("on-demand"));
    expect((await run()).outcome).toBe("provisioned");
    expect(marketsAsked()).toEqual(["spot", "on-demand"]);
  });

  it("asks on demand when the spot request is refused outright for want of capacity", async () => {
    const refused = new EC2ServiceException({
      name: "InsufficientInstanceCapacity",
      $fault: "server",
      message: "none",
      $metadata: {},
    });
    ec2.on(CreateFleetCommand).rejectsOnce(refused).resolvesOnce(fleet("on-demand"));
    expect((await run()).outcome).toBe("provisioned");
  });

  it("says that there is no capacity when both markets are empty, and why in each", async () => {
    ec2.on(CreateFleetCommand).resolves(empty("UnfulfillableCapacity"));
    expect(await run()).toEqual({
      outcome: "no-capacity",
      message: "spot: UnfulfillableCapacity: no; on-demand: UnfulfillableCapacity: no",
    });
  });

  it("does not ask again what is forbidden", async () => {
    const refused = new EC2ServiceException({
      name: "UnauthorizedOperation",
      $fault: "client",
      message: "no",
      $metadata: {},
    });
    ec2.on(CreateFleetCommand).rejects(refused);
    expect((await run()).outcome).toBe("not-possible");
    expect(marketsAsked()).toEqual(["spot"]);
  });

  it.each([
    [
      "throttling",
      new EC2ServiceException({ name: "RequestLimitExceeded", $fault: "client", message: "", $metadata: {} }),
    ],
    [
      "an outage",
      new EC2ServiceException({ name: "Unavailable", $fault: "server", message: "", $metadata: {} }),
    ],
    ["a dropped connection", new Error("ECONNRESET")],
  ])("leaves %s to the workflow's retries", async (_, error) => {
    ec2.on(CreateFleetCommand).rejects(error);
    await expect(run()).rejects.toBe(error);
  });

  it("takes the machine that an earlier attempt made, and asks for no other", async () => {
    ec2.on(DescribeInstancesCommand).resolves(listed(instance("i-earlier", { InstanceLifecycle: "spot" })));
    expect((await run()).outcome).toBe("provisioned");
    expect(marketsAsked()).toEqual([]);
  });

  it("keeps the oldest of two machines and takes the other away", async () => {
    const younger = instance("i-younger", { LaunchTime: new Date(now.getTime() + 1000) });
    ec2.on(DescribeInstancesCommand).resolves(listed(younger, instance("i-older")));
    await run();
    expect(terminated()).toEqual(["i-younger"]);
  });

  it("keeps the recorded machine, however old the other is", async () => {
    recordIs(session({ machine }));
    const older = instance("i-older", { LaunchTime: new Date(0) });
    ec2.on(DescribeInstancesCommand).resolves(listed(older, instance(machine.instanceId)));
    await run();
    expect(terminated()).toEqual(["i-older"]);
  });

  it("counts no machine that is already going", async () => {
    ec2
      .on(DescribeInstancesCommand)
      .resolves(listed(instance("i-going", { State: { Name: "shutting-down" } })));
    await run();
    expect(marketsAsked()).toEqual(["spot"]);
  });

  it("makes nothing for a session that a teardown has claimed, and takes away what it finds", async () => {
    recordIs(session({ claim: claimedBy(teardownArn(1)) }));
    ec2.on(DescribeInstancesCommand).resolves(listed(instance("i-late")));
    expect((await run()).outcome).toBe("session-ended");
    expect(marketsAsked()).toEqual([]);
    expect(terminated()).toEqual(["i-late"]);
  });

  it("takes its new machine away at once when the session was claimed meanwhile", async () => {
    recordIs(session(), session({ claim: claimedBy(teardownArn(1)) }));
    table.on(UpdateCommand).rejects(conditionFails);
    expect((await run()).outcome).toBe("session-ended");
    expect(terminated()).toEqual([machine.instanceId]);
  });

  it("gives way when the same step, run twice, recorded another machine first", async () => {
    recordIs(session(), session({ machine: { ...machine, instanceId: "i-first" } }));
    table.on(UpdateCommand).rejects(conditionFails);
    expect((await run()).outcome).toBe("provisioned");
    expect(terminated()).toEqual([machine.instanceId]);
  });

  it("replayed on a session that is ready changes nothing", async () => {
    recordIs(session({ status: "ready", machine }));
    expect((await run()).outcome).toBe("provisioned");
    expect(ec2.calls()).toHaveLength(0);
    expect(table.commandCalls(UpdateCommand)).toHaveLength(0);
  });

  it("says what to do where there is no default VPC", async () => {
    ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [] });
    expect(await run()).toMatchObject({
      outcome: "not-possible",
      message: expect.stringContaining("aws ec2 create-default-vpc"),
    });
  });

  it("does not fail for want of a spot price", async () => {
    ec2.on(DescribeSpotPriceHistoryCommand).rejects(new Error("throttled"));
    expect((await run()).outcome).toBe("provisioned");
  });
});
