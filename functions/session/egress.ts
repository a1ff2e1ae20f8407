import {
  AuthorizeSecurityGroupEgressCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";
import { unless } from "./errors.ts";

const web: IpPermission[] = [80, 443].map((port) => ({
  IpProtocol: "tcp",
  FromPort: port,
  ToPort: port,
  IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "HTTP and HTTPS" }],
}));

/** What EC2 gives every new group, and in a VPC with IPv6 the second as well. */
const everything: IpPermission[] = [
  { IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
  { IpProtocol: "-1", Ipv6Ranges: [{ CidrIpv6: "::/0" }] },
];

/**
 * Lets nothing out of a group but HTTP and HTTPS. By a call, because CloudFormation takes no egress rules for a group
 * in the default VPC, whose id it does not know. Names, time and metadata come from addresses that no group judges.
 */
export async function narrowEgress(GroupId: string): Promise<void> {
  await unless(["InvalidPermission.Duplicate"], () =>
    ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: web })),
  );
  for (const permission of everything) {
    await unless(["InvalidPermission.NotFound"], () =>
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [permission] })),
    );
  }
}
