import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  type Instance,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { cloudwatch, ec2, ssm } from "../session/clients.ts";
import { findMachines, idsOf, isGone } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { sessionFilters, tagKeys } from "../session/tags.ts";

/** What a session has in the account, by the ids that a person would look for. */
export interface SessionResources {
  machines: string[];
  volumes: string[];
  networkInterfaces: string[];
  securityGroups: string[];
  alarms: string[];
  parameters: string[];
}

/** Collects one field from every page. */
async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => Item[],
): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...items(page));
  return found;
}

/** By tag, and the recorded one by its id: EC2's listing by tag may lag behind a machine that is seconds old. */
export async function machinesOf(session: string, record?: SessionRecord): Promise<Instance[]> {
  const tagged = await findMachines(sessionFilters(settings().stage, session));
  const recorded = record?.machine?.instanceId;
  if (recorded === undefined || idsOf(tagged).includes(recorded)) return tagged;
  return [...tagged, ...(await findMachines([{ Name: "instance-id", Values: [recorded] }]))];
}

/** Everything of a session but its undertaker, who leaves last. */
export async function listResources(session: string): Promise<SessionResources> {
  const { stage } = settings();
  const Filters = sessionFilters(stage, session);
  const record = await findSession(session);
  const [machines, volumes, networkInterfaces, securityGroups, alarms, parameters] = await Promise.all([
    machinesOf(session, record),
    collect(paginateDescribeVolumes({ client: ec2 }, { Filters }), ({ Volumes }) =>
      (Volumes ?? []).flatMap(({ VolumeId }) => VolumeId ?? []),
    ),
    collect(paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }), ({ NetworkInterfaces }) =>
      (NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []),
    ),
    collect(paginateDescribeSecurityGroups({ client: ec2 }, { Filters }), ({ SecurityGroups }) =>
      (SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
    ),
    collect(
      paginateDescribeAlarms({ client: cloudwatch }, { AlarmNames: [namesOf(stage).idleAlarm(session)] }),
      ({ MetricAlarms }) => (MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
    ),
    collect(
      paginateDescribeParameters(
        { client: ssm },
        {
          ParameterFilters: [
            { Key: `tag:${tagKeys.stage}`, Values: [stage] },
            { Key: `tag:${tagKeys.session}`, Values: [session] },
          ],
        },
      ),
      ({ Parameters }) => (Parameters ?? []).flatMap(({ Name }) => Name ?? []),
    ),
  ]);
  return {
    machines: idsOf(machines.filter((machine) => !isGone(machine))),
    volumes,
    networkInterfaces,
    securityGroups,
    alarms,
    parameters,
  };
}

/** "machines i-1, i-2; alarms x", or nothing when nothing is there. */
export const inWords = (resources: SessionResources): string =>
  Object.entries(resources)
    .filter(([, ids]: [string, string[]]) => ids.length > 0)
    .map(([kind, ids]: [string, string[]]) => `${kind} ${ids.join(", ")}`)
    .join("; ");
