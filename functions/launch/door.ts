import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  ModifyInstanceAttributeCommand,
  type SecurityGroup,
} from "@aws-sdk/client-ec2";
import type { Blueprint } from "../../blueprints/index.ts";
import { ec2 } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { namesOf } from "../session/names.ts";
import { sessionTags, tagKeys } from "../session/tags.ts";
import { narrowEgress } from "./egress.ts";

export interface Door {
  stage: string;
  session: string;
  blueprint: string;
  instanceId: string;
  port: number;
  egress: Blueprint["egress"];
  sourceCidr: string;
}

/**
 * Lets one address reach one machine. The rule lives in a security group of the session's own: in a shared group
 * two sessions from one address would be one rule, and the end of the first would shut the second out.
 */
export async function openDoor(door: Door): Promise<void> {
  const names = namesOf(door.stage);
  const base = await baseGroup(door.stage, door.blueprint);
  const own = await ownGroup(door, names.sessionSecurityGroup(door.instanceId), base.VpcId);
  if (door.egress === "web") await narrowEgress(own);

  await unless(["InvalidPermission.Duplicate"], () =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: own,
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: door.port,
            ToPort: door.port,
            IpRanges: [{ CidrIp: door.sourceCidr, Description: `moonbase session ${door.session}` }],
          },
        ],
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

/** The group that every machine of a blueprint wears. */
export async function baseGroup(
  stage: string,
  blueprint: string,
): Promise<SecurityGroup & { GroupId: string }> {
  const name = namesOf(stage).securityGroup(blueprint);
  const group = await findGroup(stage, name);
  if (group?.GroupId === undefined) throw new Error(`security group "${name}" is missing`);
  return { ...group, GroupId: group.GroupId };
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
