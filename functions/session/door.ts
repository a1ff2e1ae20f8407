import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import { inOneSpelling } from "../../workflows/fields.ts";
import { ec2 } from "./clients.ts";
import { unless } from "./errors.ts";
import { namesOf } from "./names.ts";
import { sessionTags, tagKeys } from "./tags.ts";

export interface Door {
  stage: string;
  session: string;
  blueprint: string;
  instanceId: string;
  port: number;
  sourceCidr: string;
}

/**
 * Lets one address reach one machine. The rule lives in a security group of the session's own: in a shared group
 * two sessions from one address would be one rule, and the end of the first would shut the second out.
 */
export async function openDoor(door: Door): Promise<void> {
  const names = namesOf(door.stage);
  const base = await findGroup(door.stage, names.securityGroup(door.blueprint));
  if (base?.GroupId === undefined)
    throw new Error(`security group "${names.securityGroup(door.blueprint)}" is missing`);
  const own = await ownGroup(door, names.sessionSecurityGroup(door.instanceId), base.VpcId);

  await unless(["InvalidPermission.Duplicate"], () =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: own,
        IpPermissions: [ruleFor(door)],
        TagSpecifications: [
          { ResourceType: "security-group-rule", Tags: sessionTags(door.stage, door.session) },
        ],
      }),
    ),
  );
  await ec2.send(
    new ModifyInstanceAttributeCommand({ InstanceId: door.instanceId, Groups: [base.GroupId, own] }),
  );
}

function ruleFor({ port, sourceCidr, session }: Door): IpPermission {
  const Description = `moonbase session ${session}`;
  const cidr = inOneSpelling(sourceCidr);
  return {
    IpProtocol: "tcp",
    FromPort: port,
    ToPort: port,
    ...(cidr.includes(":")
      ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description }] }
      : { IpRanges: [{ CidrIp: cidr, Description }] }),
  };
}

/**
 * Lets nobody reach the machine through the session's own group, but `exceptCidr`. The group stays on the machine, empty:
 * EC2 does not cut connections that a rule has let in when the rule goes, as long as it tracks them
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html).
 */
export async function shutDoor(
  { stage, instanceId }: Pick<Door, "stage" | "instanceId">,
  exceptCidr?: string,
): Promise<void> {
  const group = await findGroup(stage, namesOf(stage).sessionSecurityGroup(instanceId));
  const stays = exceptCidr === undefined ? undefined : inOneSpelling(exceptCidr);
  const IpPermissions = (group?.IpPermissions ?? []).flatMap((rule) => withoutCidr(rule, stays));
  if (group?.GroupId === undefined || IpPermissions.length === 0) return;
  const { GroupId } = group;
  await unless(["InvalidPermission.NotFound"], () =>
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions })),
  );
}

/** A rule without its descriptions, which need not be the ones that we wrote; nothing when no address is left in it. */
function withoutCidr(
  { IpProtocol, FromPort, ToPort, IpRanges = [], Ipv6Ranges = [] }: IpPermission,
  stays: string | undefined,
): IpPermission[] {
  const four = IpRanges.filter(({ CidrIp }) => CidrIp !== stays).map(({ CidrIp }) => ({ CidrIp }));
  const six = Ipv6Ranges.filter(({ CidrIpv6 }) => CidrIpv6 !== stays).map(({ CidrIpv6 }) => ({ CidrIpv6 }));
  if (four.length + six.length === 0) return [];
  return [
    {
      ...{ IpProtocol, FromPort, ToPort },
      ...(four.length > 0 && { IpRanges: four }),
      ...(six.length > 0 && { Ipv6Ranges: six }),
    },
  ];
}

async function ownGroup(door: Door, name: string, vpcId: string | undefined): Promise<string> {
  const created = await unless(["InvalidGroup.Duplicate"], () =>
    ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        // EC2 takes no apostrophe here.
        Description: `moonbase session ${door.session}: address of the caller`,
        ...(vpcId !== undefined && { VpcId: vpcId }),
        TagSpecifications: [{ ResourceType: "security-group", Tags: sessionTags(door.stage, door.session) }],
      }),
    ),
  );
  const id = created?.GroupId ?? (await findGroup(door.stage, name))?.GroupId;
  if (id === undefined) throw new Error(`security group "${name}" exists but cannot be found`);
  return id;
}

async function findGroup(stage: string, name: string): Promise<SecurityGroup | undefined> {
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "group-name", Values: [name] },
        { Name: `tag:${tagKeys.stage}`, Values: [stage] },
      ],
    }),
  );
  return SecurityGroups?.[0];
}
