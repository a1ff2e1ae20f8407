import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { guard } from "../../../functions/launch/guard.ts";
import { claimedBy, machine, now, session, settings, teardownArn } from "../fixture/session.ts";

const cloudwatch = mockClient(CloudWatchClient);
const ec2 = mockClient(EC2Client);
const table = mockClient(DynamoDBDocumentClient);
const run = () => guard({ step: "guard", session: "tea" });
const named = (name: string) => Object.assign(new Error(name), { name });

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [cloudwatch, ec2, table]) client.reset();
  table.on(GetCommand).resolves({ Item: session({ machine }) });
  table.on(UpdateCommand).resolves({});
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [{ Instances: [{ NetworkInterfaces: [{ NetworkInterfaceId: "eni-1" }] }] }],
  });
  ec2
    .on(DescribeSecurityGroupsCommand)
    .resolves({ SecurityGroups: [{ GroupId: "sg-base", VpcId: "vpc-1" }] });
  ec2.on(CreateSecurityGroupCommand).resolves({ GroupId: "sg-own" });
});

describe("guard", () => {
  it("opens the port in a group of the session's own and sets both groups on the machine", async () => {
    await run();
    const rule = ec2.commandCalls(AuthorizeSecurityGroupIngressCommand)[0]?.args[0].input;
    expect(rule).toMatchObject({
      GroupId: "sg-own",
      IpPermissions: [{ FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "203.0.113.7/32" }] }],
    });
    const worn = ec2.commandCalls(ModifyInstanceAttributeCommand)[0]?.args[0].input;
    expect(worn).toEqual({ InstanceId: machine.instanceId, Groups: ["sg-base", "sg-own"] });
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  it("writes only what EC2 takes into names and descriptions", async () => {
    await run();
    const { GroupName, Description } = ec2.commandCalls(CreateSecurityGroupCommand)[0]?.args[0].input ?? {};
    const ranges = ec2
      .commandCalls(AuthorizeSecurityGroupIngressCommand)
      .flatMap(({ args }) => args[0].input.IpPermissions ?? [])
      .flatMap(({ IpRanges }) => IpRanges ?? []);
    for (const text of [GroupName, Description, ...ranges.map((range) => range.Description)]) {
      expect(text).toMatch(/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
      expect(text).not.toMatch(/^sg-/);
    }
  });

  it("opens nothing when no address was given", async () => {
    const { sourceCidr: _, publicKey: _key, ...closed } = session({ machine });
    table.on(GetCommand).resolves({ Item: closed });
    await run();
    expect(ec2.commandCalls(CreateSecurityGroupCommand)).toHaveLength(0);
    expect(cloudwatch.commandCalls(PutMetricAlarmCommand)).toHaveLength(1);
  });

  it("lets nothing but HTTP and HTTPS out of either group of a backup target", async () => {
    const { publicKey: _, ...closed } = session({ machine, blueprint: "backup-target" });
    table.on(GetCommand).resolves({ Item: closed });
    // The second round finds everything as the first has left it.
    ec2
      .on(AuthorizeSecurityGroupEgressCommand)
      .resolvesOnce({})
      .rejects(named("InvalidPermission.Duplicate"));
    ec2.on(RevokeSecurityGroupEgressCommand).resolvesOnce({}).rejects(named("InvalidPermission.NotFound"));
    await run();
    const opened = ec2.commandCalls(AuthorizeSecurityGroupEgressCommand).map(({ args }) => args[0].input);
    expect(opened.map(({ GroupId }) => GroupId)).toEqual(["sg-base", "sg-own"]);
    for (const { IpPermissions = [] } of opened) {
      expect(IpPermissions.map(({ IpProtocol, FromPort, ToPort }) => [IpProtocol, FromPort, ToPort])).toEqual(
        [
          ["tcp", 80, 80],
          ["tcp", 443, 443],
        ],
      );
    }
    const closedAgain = ec2.commandCalls(RevokeSecurityGroupEgressCommand).map(({ args }) => args[0].input);
    expect(
      closedAgain.map(({ GroupId, IpPermissions }) => [GroupId, IpPermissions?.[0]?.IpProtocol]),
    ).toEqual([
      ...[
        ["sg-base", "-1"],
        ["sg-base", "-1"],
      ],
      ...[
        ["sg-own", "-1"],
        ["sg-own", "-1"],
      ],
    ]);
  });

  it("leaves the groups of other machines as EC2 makes them", async () => {
    await run();
    expect(ec2.commandCalls(RevokeSecurityGroupEgressCommand)).toHaveLength(0);
  });

  it("never writes the session on a volume that outlives the machine", async () => {
    const volume = (VolumeId: string, DeleteOnTermination: boolean) => ({
      Ebs: { VolumeId, DeleteOnTermination },
    });
    const BlockDeviceMappings = [volume("vol-root", true), volume("vol-kept", false)];
    ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [{ BlockDeviceMappings }] }] });
    await run();
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Resources).toEqual(["vol-root"]);
  });

  it("takes the group and the rule of an earlier attempt", async () => {
    ec2.on(CreateSecurityGroupCommand).rejects(named("InvalidGroup.Duplicate"));
    ec2.on(AuthorizeSecurityGroupIngressCommand).rejects(named("InvalidPermission.Duplicate"));
    expect(await run()).toEqual({ outcome: "guarded", readyWithin: "minutes" });
  });

  it("writes the session on the interface that came with the machine", async () => {
    await run();
    expect(ec2.commandCalls(CreateTagsCommand)[0]?.args[0].input.Resources).toEqual(["eni-1"]);
  });

  it("notes that it is at work before it makes anything, and that it is done after", async () => {
    await run();
    const notes = table
      .commandCalls(UpdateCommand)
      .map(({ args }) => args[0].input.ExpressionAttributeValues?.[":set_busyUntil"]);
    expect(notes).toEqual(["2026-11-20T12:00:55.000Z", "1970-01-01T00:00:00.000Z"]);
  });

  it("makes nothing for a session that a teardown has claimed", async () => {
    table.on(GetCommand).resolves({ Item: session({ machine, claim: claimedBy(teardownArn(1)) }) });
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
    await expect(run()).rejects.toThrow(/was ended/);
    expect([...ec2.calls(), ...cloudwatch.calls()]).toHaveLength(0);
  });

  it("replayed on a session that is ready does nothing", async () => {
    table.on(GetCommand).resolves({ Item: session({ machine, status: "ready" }) });
    table.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: "", $metadata: {} }));
    expect(await run()).toEqual({ outcome: "guarded", readyWithin: "minutes" });
    expect(ec2.calls()).toHaveLength(0);
  });
});
