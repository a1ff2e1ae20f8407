import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  DescribeInstancesCommand,
  DescribeSubnetsCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { eventually, later, unique } from "./conforms.ts";
import { ec2 } from "./target.ts";

/** The smallest machine there is, asked for in the way a launch does; ended at the end of the file. */

const ImageId = "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

export async function subnet() {
  const { Subnets } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
  );
  const [first] = Subnets ?? [];
  if (first === undefined) throw new Error("there is no default VPC with subnets");
  return first;
}

async function template(): Promise<string> {
  const LaunchTemplateName = unique("template");
  const LaunchTemplateData = { InstanceType: "t3.micro" as const };
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  later(() => ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName })));
  return LaunchTemplateName;
}

/** One request, which can be sent again as it is. */
export async function fleetRequest(session: string, market: "spot" | "on-demand") {
  const { SubnetId } = await subnet();
  const LaunchTemplateName = await template();
  return new CreateFleetCommand({
    Type: "instant",
    ClientToken: session,
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: market },
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName, Version: "$Latest" },
        Overrides: [{ InstanceType: "t3.micro", SubnetId, Priority: 0, ImageId }],
      },
    ],
    TagSpecifications: [
      { ResourceType: "instance", Tags: [{ Key: "moonbase:conformance", Value: session }] },
    ],
  });
}

export async function launch(market: "spot" | "on-demand" = "on-demand") {
  const session = unique("session");
  const reply = await ec2.send(await fleetRequest(session, market));
  const id = reply.Instances?.[0]?.InstanceIds?.[0] ?? "";
  later(() => terminate(id));
  return { session, id, reply };
}

export const terminate = (id: string) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));

/** The machines that bear the tag, whatever state they are in. */
export async function machinesOf(session: string) {
  const Filters = [{ Name: "tag:moonbase:conformance", Values: [session] }];
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  return Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
}

export const stateOf = (session: string, wanted: string) =>
  eventually(async () => {
    const [machine] = await machinesOf(session);
    if (machine?.State?.Name !== wanted) throw new Error(`${machine?.InstanceId} is ${machine?.State?.Name}`);
    return machine;
  }, 100);
