import {
  CreateTagsCommand,
  type Filter,
  type Instance,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";
import { unless } from "./errors.ts";
import { collect } from "./pages.ts";
import type { SessionRecord } from "./record.ts";
import { settings } from "./settings.ts";
import { sessionFilters, type tagKeys } from "./tags.ts";

/** Every machine that matches: all pages, all reservations. */
export function findMachines(filters: Filter[]): Promise<Instance[]> {
  const pages = paginateDescribeInstances({ client: ec2 }, { Filters: filters });
  return collect(pages, ({ Reservations }) => Reservations?.flatMap(({ Instances }) => Instances ?? []));
}

/** By tag, and the recorded one by its id: EC2's listing by tag may lag behind a machine that is seconds old. */
export async function machinesOf(session: string, record?: SessionRecord): Promise<Instance[]> {
  const tagged = await findMachines(sessionFilters(settings().stage, session));
  const recorded = record?.machine?.instanceId;
  if (recorded === undefined || idsOf(tagged).includes(recorded)) return tagged;
  return [...tagged, ...(await findMachines([{ Name: "instance-id", Values: [recorded] }]))];
}

/** "shutting-down" still holds its address and security groups; only "terminated" is gone. */
export const isGone = (instance: Instance) => instance.State?.Name === "terminated";
export const isGoing = (instance: Instance) => isGone(instance) || instance.State?.Name === "shutting-down";

export const idsOf = (instances: Instance[]) => instances.flatMap(({ InstanceId }) => InstanceId ?? []);

/** A machine that EC2 does not know yet, seconds after it made it, is an error: the step is run again. */
export async function terminateIds(InstanceIds: string[]): Promise<void> {
  if (InstanceIds.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
}

/** Tags a machine of ours with one of our words; one that has gone meanwhile hears nothing any more. */
export async function tagMachine(
  instanceId: string,
  Key: (typeof tagKeys)["wants" | "kept"],
  Value: string,
): Promise<void> {
  await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags: [{ Key, Value }] })),
  );
}
