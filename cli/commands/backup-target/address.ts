import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import type { Context } from "../../context.ts";

/** A machine's public address; null where its subnet gives none. */
export async function describeAddress({ clients }: Context, instanceId: string): Promise<string | null> {
  const client = await clients.ec2();
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return Reservations?.[0]?.Instances?.[0]?.PublicIpAddress ?? null;
}
