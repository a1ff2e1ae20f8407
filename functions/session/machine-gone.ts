import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";
import { unless } from "./errors.ts";
import { isGoing, machinesOf } from "./machines.ts";
import type { SessionRecord } from "./record.ts";

/** Whether the session's machine has ended or is ending, as EC2 says. A list that lacks it proves nothing. */
export async function hasMachineGone(record: SessionRecord): Promise<boolean> {
  const own = record.machine?.instanceId;
  if (own === undefined) return true;
  const machines = await machinesOf(record.id, record);
  const listed = machines.find(({ InstanceId }) => InstanceId === own);
  return listed === undefined ? isForgotten(own) : isGoing(listed);
}

/** EC2 forgets a machine an hour after its end, and says so by this name. */
async function isForgotten(instanceId: string): Promise<boolean> {
  const found = await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  const machines = found?.Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
  return found === undefined || (machines.length > 0 && machines.every(isGoing));
}
