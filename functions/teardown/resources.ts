import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAddressesCommand,
  type Filter,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import { cloudwatch, ec2, ssm } from "../session/clients.ts";
import { nameOf } from "../session/errors.ts";
import { idsOf, isGone, machinesOf } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import { collect } from "../session/pages.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { sessionFilters, tagKeys } from "../session/tags.ts";

/** What a session has in the account, by the ids that a person would look for. */
export interface SessionResources {
  machines: string[];
  volumes: string[];
  networkInterfaces: string[];
  addresses: string[];
  /** In groups that are not the session's own; those in its own go with the group. */
  securityGroupRules: RuleElsewhere[];
  securityGroups: string[];
  alarms: string[];
  parameters: string[];
}

/** What the session has let in through a group that it shares with others. */
export interface RuleElsewhere {
  ruleId: string;
  groupId: string;
}

type Lists = { [Kind in keyof SessionResources]: () => Promise<SessionResources[Kind]> };

/** Everything of a session but its undertaker, who leaves last: how each kind is listed. */
function listsOf(session: string): Lists {
  const { stage } = settings();
  const Filters = sessionFilters(stage, session);
  let groups: Promise<string[]> | undefined;
  /** Asked for once: two of the lists need them. */
  const ownGroups = () => {
    groups ??= listGroups(Filters);
    return groups;
  };
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
    addresses: async () => {
      // The one listing here that EC2 answers whole.
      const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters }));
      return (Addresses ?? []).flatMap(({ AllocationId }) => AllocationId ?? []);
    },
    securityGroupRules: () => rulesElsewhere(Filters, ownGroups),
    securityGroups: ownGroups,
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

const listGroups = (Filters: Filter[]): Promise<string[]> =>
  collect(paginateDescribeSecurityGroups({ client: ec2 }, { Filters }), ({ SecurityGroups }) =>
    SecurityGroups?.flatMap(({ GroupId }) => GroupId ?? []),
  );

async function rulesElsewhere(
  Filters: Filter[],
  ownGroups: () => Promise<string[]>,
): Promise<RuleElsewhere[]> {
  const pages = paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters });
  const rules = await collect(pages, ({ SecurityGroupRules }) => SecurityGroupRules);
  const incoming = rules.filter(({ IsEgress }) => IsEgress !== true);
  const own = incoming.length === 0 ? [] : await ownGroups();
  return incoming.flatMap(({ SecurityGroupRuleId: ruleId, GroupId: groupId }) =>
    ruleId === undefined || groupId === undefined || own.includes(groupId) ? [] : { ruleId, groupId },
  );
}

export async function listResources(session: string): Promise<SessionResources> {
  const lists = listsOf(session);
  const [
    machines,
    volumes,
    networkInterfaces,
    addresses,
    securityGroupRules,
    securityGroups,
    alarms,
    parameters,
  ] = await Promise.all([
    lists.machines(),
    lists.volumes(),
    lists.networkInterfaces(),
    lists.addresses(),
    lists.securityGroupRules(),
    lists.securityGroups(),
    lists.alarms(),
    lists.parameters(),
  ]);
  return {
    ...{ machines, volumes, networkInterfaces, addresses },
    ...{ securityGroupRules, securityGroups, alarms, parameters },
  };
}

/** What can be listed is told although something else cannot: of that kind, all may be left. */
export async function leftInWords(session: string): Promise<string> {
  const words = Object.entries(listsOf(session)).map(async ([kind, list]) => {
    try {
      return namesOfKind(kind, await list());
    } catch (error) {
      return [`${kind} could not be listed (${nameOf(error)})`];
    }
  });
  return (await Promise.all(words)).flat().join("; ");
}

/** "machines i-1, i-2; alarms x", or nothing when nothing is there. */
export const inWords = (resources: SessionResources): string =>
  Object.entries(resources)
    .flatMap(([kind, things]) => namesOfKind(kind, things))
    .join("; ");

const namesOfKind = (kind: string, things: readonly (string | RuleElsewhere)[]): string[] => {
  const names = things.map((thing) => (typeof thing === "string" ? thing : thing.ruleId));
  return names.length === 0 ? [] : [`${kind} ${names.join(", ")}`];
};
