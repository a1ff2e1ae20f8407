import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { call, engine } from "./session.ts";

/** Leftovers made by hand, and a sweep that need not wait for its clock: by AWS's own calls, none of `functions/`. */

const { clients, stage } = engine;
const { ec2, ssm, cloudWatch, scheduler, table } = clients;

export const tagsOf = (session: string, ofStage = stage) => [
  { Key: "moonbase:stage", Value: ofStage },
  { Key: "moonbase:session", Value: session },
];

async function subnet() {
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  return Subnets?.[0]?.SubnetId;
}

const idOf = (id: string | undefined): string => {
  if (id === undefined) throw new Error("the engine made nothing");
  return id;
};

type Tags = { Key: string; Value: string }[];

/** One of each kind that bears tags. Each answers the id of what it has made. */
export const make = {
  machine: async (Tags: Tags) => {
    const { Images } = await ec2.send(new DescribeImagesCommand({}));
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ...{ MinCount: 1, MaxCount: 1, ImageId: Images?.[0]?.ImageId, InstanceType: "t3.micro" },
        TagSpecifications: [{ ResourceType: "instance", Tags }],
      }),
    );
    return idOf(Instances?.[0]?.InstanceId);
  },
  volume: async (Tags: Tags) => {
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({
        ...{ AvailabilityZone: "us-east-1a", Size: 1 },
        TagSpecifications: [{ ResourceType: "volume", Tags }],
      }),
    );
    return idOf(VolumeId);
  },
  networkInterface: async (Tags: Tags) => {
    const { NetworkInterface } = await ec2.send(
      new CreateNetworkInterfaceCommand({
        SubnetId: await subnet(),
        TagSpecifications: [{ ResourceType: "network-interface", Tags }],
      }),
    );
    return idOf(NetworkInterface?.NetworkInterfaceId);
  },
  address: async (Tags: Tags) => {
    const { AllocationId } = await ec2.send(
      new AllocateAddressCommand({
        Domain: "vpc",
        TagSpecifications: [{ ResourceType: "elastic-ip", Tags }],
      }),
    );
    return idOf(AllocationId);
  },
  securityGroup: async (Tags: Tags, GroupName = `group-${Date.now()}`) => {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({
        ...{ GroupName, Description: "by hand" },
        TagSpecifications: [{ ResourceType: "security-group", Tags }],
      }),
    );
    return idOf(GroupId);
  },
  /** In a group that is not the session's. */
  rule: async (Tags: Tags, GroupId: string) => {
    const { SecurityGroupRules } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "203.0.113.9/32" }] },
        ],
        TagSpecifications: [{ ResourceType: "security-group-rule", Tags }],
      }),
    );
    return idOf(SecurityGroupRules?.[0]?.SecurityGroupRuleId);
  },
  parameter: async (Tags: Tags, Name: string) => {
    await ssm.send(new PutParameterCommand({ Name, Type: "SecureString", Value: "x", Tags }));
    return Name;
  },
};

export async function makeAlarm(AlarmName: string) {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: "AWS/EC2", MetricName: "NetworkOut", Statistic: "Sum" },
      ...{ Period: 300, EvaluationPeriods: 6, Threshold: 1, ComparisonOperator: "LessThanThreshold" },
    }),
  );
  return AlarmName;
}

/** A schedule that will not come in the time of a test. */
export async function makeSchedule(Name: string, GroupName = `${stage}-sessions`) {
  await scheduler.send(
    new CreateScheduleCommand({
      ...{ Name, GroupName, ScheduleExpression: "at(2099-01-01T00:00:00)" },
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: `arn:aws:lambda:us-east-1:000000000000:function:${stage}-react`,
        RoleArn: `arn:aws:iam::000000000000:role/${stage}-scheduler`,
      },
    }),
  );
  return Name;
}

const memory = { TableName: `${stage}-sessions`, Key: { id: "#sweep" } };

export async function marksOf(session: string): Promise<string[]> {
  const { Item } = await table.send(new GetCommand({ ...memory, ConsistentRead: true }));
  const marks: Record<string, { session: string }> = Item?.marks ?? {};
  return Object.entries(marks).flatMap(([key, mark]) => (mark.session === session ? [key] : []));
}

/** Lets ten minutes pass for the sweep: what it has marked, it has marked that long ago. */
export async function passTenMinutes(): Promise<void> {
  const { Item } = await table.send(new GetCommand({ ...memory, ConsistentRead: true }));
  const marks: Record<string, { seenAt: string }> = Item?.marks ?? {};
  for (const mark of Object.values(marks)) {
    mark.seenAt = new Date(Date.parse(mark.seenAt) - 600_000).toISOString();
  }
  const set = { UpdateExpression: "SET marks = :marks", ExpressionAttributeValues: { ":marks": marks } };
  await table.send(new UpdateCommand({ ...memory, ...set }));
}

export const sweep = () => call("sweep", {});

/** Two sweeps, ten minutes apart. */
export async function sweepTwice(): Promise<void> {
  await sweep();
  await passTenMinutes();
  await sweep();
}
