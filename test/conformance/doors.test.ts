import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  ModifyInstanceAttributeCommand,
} from "@aws-sdk/client-ec2";
import { conforms, errorOf, later, unique } from "./conforms.ts";
import { launch, machinesOf, stateOf, subnet, terminate } from "./fleet.ts";
import { ec2 } from "./target.ts";

/** A session's own security group, made and removed by steps that may come twice. The names are those of
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
async function make(GroupName = unique("group")) {
  const { VpcId } = await subnet();
  const Tags = [{ Key: "moonbase:conformance", Value: GroupName }];
  const { GroupId = "" } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName,
      Description: "conformance",
      VpcId,
      TagSpecifications: [{ ResourceType: "security-group", Tags }],
    }),
  );
  later(() => errorOf(() => remove(GroupId)));
  return { GroupId, GroupName };
}
const remove = (GroupId: string) => ec2.send(new DeleteSecurityGroupCommand({ GroupId }));

const open = (GroupId: string) =>
  ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 22,
          ToPort: 22,
          IpRanges: [{ CidrIp: "203.0.113.7/32", Description: "one" }],
        },
      ],
    }),
  );

/** "You can't have two security groups for the same VPC with the same name." (API_CreateSecurityGroup) */
conforms("a group of a name that is taken goes by this name", "InvalidGroup.Duplicate", async () => {
  const { GroupName } = await make();
  return errorOf(() => make(GroupName));
});
conforms("a rule that is there already goes by this name", "InvalidPermission.Duplicate", async () => {
  const { GroupId } = await make();
  await open(GroupId);
  return errorOf(() => open(GroupId));
});
conforms("a group that is gone already goes by this name", "InvalidGroup.NotFound", async () => {
  const { GroupId } = await make();
  await remove(GroupId);
  return errorOf(() => remove(GroupId));
});
conforms("an interface that is gone already goes by this name", "InvalidNetworkInterfaceID.NotFound", () =>
  errorOf(() => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: "eni-0123456789abcdef0" }))),
);
conforms("a group is found by name and tag together", 1, async () => {
  const { GroupName } = await make();
  const named = { Name: "group-name", Values: [GroupName] };
  const tagged = { Name: "tag:moonbase:conformance", Values: [GroupName] };
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [named, tagged] }));
  return SecurityGroups?.length;
});

/** Gives a machine exactly these groups. */
async function machineBehind(GroupIds: string[]) {
  const machine = await launch();
  await stateOf(machine.session, "running");
  for (const Groups of [[GroupIds[0] ?? ""], GroupIds]) {
    await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: machine.id, Groups }));
  }
  return machine;
}

/**
 * "Groups: Replaces the security groups of the instance with the specified security groups."
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
conforms("a machine has the groups that it was given last, and no others", true, async () => {
  const groups = [(await make()).GroupId, (await make()).GroupId].sort();
  const { session } = await machineBehind(groups);
  const [machine] = await machinesOf(session);
  const has = machine?.SecurityGroups?.map(({ GroupId = "" }) => GroupId).sort() ?? [];
  return has.join() === groups.join() || has;
});

/**
 * "If you attempt to delete a security group that is associated with an instance or network interface … the operation
 * fails with DependencyViolation."
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 */
conforms(
  "a group in use cannot go, by this name; after its machine it can",
  ["DependencyViolation", "no error"],
  async () => {
    const { GroupId } = await make();
    const { id, session } = await machineBehind([GroupId]);
    const used = await errorOf(() => remove(GroupId));
    await terminate(id);
    await stateOf(session, "terminated");
    return [used, await errorOf(() => remove(GroupId))];
  },
  "groupsInUseCanGo",
);
