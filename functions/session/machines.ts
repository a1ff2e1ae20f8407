import {
  type Filter,
  type Instance,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";

/** Every machine that matches: all pages, all reservations. */
export async function findMachines(filters: Filter[]): Promise<Instance[]> {
  const found: Instance[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
    found.push(...(page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []));
  }
  return found;
}

/** "shutting-down" still holds its address and security groups; only "terminated" is gone. */
export const isGone = (instance: Instance) => instance.State?.Name === "terminated";
export const isGoing = (instance: Instance) => isGone(instance) || instance.State?.Name === "shutting-down";

export const idsOf = (instances: Instance[]) => instances.flatMap(({ InstanceId }) => InstanceId ?? []);

/** A machine that EC2 does not know yet, seconds after it made it, is an error: the step is run again. */
export async function terminateIds(InstanceIds: string[]): Promise<void> {
  if (InstanceIds.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
}
