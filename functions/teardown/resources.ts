import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  type Instance,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { cloudwatch, ec2, ssm } from "../session/clients.ts";
import { nameOf } from "../session/errors.ts";
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

type Lists = { [Kind in keyof SessionResources]: () => Promise<string[]> };

/** Everything of a session but its undertaker, who leaves last: how each kind is listed. */
function listsOf(session: string): Lists {
  const { stage } = settings();
  const Filters = sessionFilters(stage, session);
  return {
    machines: async () => {
      const machines = await machinesOf(session, await findSession(session));
      return idsOf(machines.filter((machine) => !isGone(machine)));
    },
    volumes: () =>
      collect(paginateDescribeVolumes({ client: ec2 }, { Filters }), ({ Volumes }) =>
        (Volumes ?? []).flatMap(({ VolumeId }) => VolumeId ?? []),
      ),
    networkInterfaces: () =>
      collect(paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }), ({ NetworkInterfaces }) =>
        (NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []),
      ),
    securityGroups: () =>
      collect(paginateDescribeSecurityGroups({ client: ec2 }, { Filters }), ({ SecurityGroups }) =>
        (SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      ),
    alarms: () =>
      collect(
        paginateDescribeAlarms({ client: cloudwatch }, { AlarmNames: [namesOf(stage).idleAlarm(session)] }),
        ({ MetricAlarms }) => (MetricAlarms ?? []).flatMap(({ AlarmName }) => AlarmName ?? []),
      ),
    parameters: () =>
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
  };
}

export async function listResources(session: string): Promise<SessionResources> {
  const lists = listsOf(session);
  const [machines, volumes, networkInterfaces, securityGroups, alarms, parameters] = await Promise.all([
    lists.machines(),
    lists.volumes(),
    lists.networkInterfaces(),
    lists.securityGroups(),
    lists.alarms(),
    lists.parameters(),
  ]);
  return { machines, volumes, networkInterfaces, securityGroups, alarms, parameters };
}

/** What can be listed is told although something else cannot: of that kind, all may be left. */
export async function leftInWords(session: string): Promise<string> {
  const words = Object.entries(listsOf(session)).map(async ([kind, list]) => {
    try {
      const ids = await list();
      return ids.length === 0 ? [] : [`${kind} ${ids.join(", ")}`];
    } catch (error) {
      return [`${kind} could not be listed (${nameOf(error)})`];
    }
  });
  return (await Promise.all(words)).flat().join("; ");
}

/** "machines i-1, i-2; alarms x", or nothing when nothing is there. */
export const inWords = (resources: SessionResources): string =>
  Object.entries(resources)
    .filter(([, ids]: [string, string[]]) => ids.length > 0)
    .map(([kind, ids]: [string, string[]]) => `${kind} ${ids.join(", ")}`)
    .join("; ");
