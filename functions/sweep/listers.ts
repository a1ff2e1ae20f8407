import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAddressesCommand,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateListSchedules } from "@aws-sdk/client-scheduler";
import { askOf, onTailnetSince } from "../session/asks.ts";
import { cloudwatch, ec2, scheduler } from "../session/clients.ts";
import { findMachines, isGone } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import { collect } from "../session/pages.ts";
import { tagKeys, tagValue } from "../session/tags.ts";
import { byName, byTags, type Finding, type Kind, type Listing, listingOf } from "./finding.ts";
import { listParameters } from "./parameters.ts";

/** How each kind is listed: all pages, everything of the stage, whatever session it is of. */
export function listersOf(stage: string): Record<Kind, () => Promise<Listing>> {
  const ofStage = { Name: `tag:${tagKeys.stage}`, Values: [stage] };
  /** What hangs on something that is there is that thing's affair; only what is free is anybody's leftover. */
  const free = { Name: "status", Values: ["available"] };
  const Filters = [ofStage];
  const names = namesOf(stage);
  return {
    machine: async () => {
      const machines = (await findMachines(Filters)).filter((machine) => !isGone(machine));
      return listingOf(
        machines.map(({ InstanceId, Tags }) => {
          const sight = byTags("machine", InstanceId, Tags, stage);
          const asks = askOf(tagValue(Tags, tagKeys.asks)) !== undefined;
          const isOnTailnet = onTailnetSince(tagValue(Tags, tagKeys.tailscale)) !== undefined;
          return saying(
            sight,
            ...(asks ? ["asks" as const] : []),
            ...(isOnTailnet ? ["tailnet" as const] : []),
          );
        }),
      );
    },
    volume: () =>
      sightsOf(paginateDescribeVolumes({ client: ec2 }, { Filters: [ofStage, free] }), ({ Volumes }) =>
        Volumes?.map(({ VolumeId, Tags }) => byTags("volume", VolumeId, Tags, stage)),
      ),
    "network interface": () =>
      sightsOf(
        paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: [ofStage, free] }),
        ({ NetworkInterfaces }) =>
          NetworkInterfaces?.map(({ NetworkInterfaceId, TagSet }) =>
            byTags("network interface", NetworkInterfaceId, TagSet, stage),
          ),
      ),
    "security group": () =>
      sightsOf(paginateDescribeSecurityGroups({ client: ec2 }, { Filters }), ({ SecurityGroups }) =>
        SecurityGroups?.map(({ GroupId, Tags }) => byTags("security group", GroupId, Tags, stage)),
      ),
    "security group rule": () =>
      sightsOf(paginateDescribeSecurityGroupRules({ client: ec2 }, { Filters }), ({ SecurityGroupRules }) =>
        SecurityGroupRules?.map(({ SecurityGroupRuleId, Tags }) =>
          byTags("security group rule", SecurityGroupRuleId, Tags, stage),
        ),
      ),
    address: async () => {
      // The one listing here that EC2 answers whole.
      const { Addresses } = await ec2.send(new DescribeAddressesCommand({ Filters }));
      return listingOf(
        (Addresses ?? []).map((each) => byTags("address", each.AllocationId, each.Tags, stage)),
      );
    },
    alarm: () =>
      sightsOf(
        paginateDescribeAlarms({ client: cloudwatch }, { AlarmNamePrefix: `${stage}/` }),
        ({ MetricAlarms }) =>
          MetricAlarms?.map(({ AlarmName, StateValue }) => {
            const sight = byName("alarm", AlarmName, names.idleAlarm);
            return StateValue === "ALARM" ? saying(sight, "idle") : sight;
          }),
      ),
    parameter: () => listParameters(stage),
    schedule: () =>
      sightsOf(
        paginateListSchedules({ client: scheduler }, { GroupName: names.scheduleGroup }),
        ({ Schedules }) => Schedules?.map(({ Name }) => byName("schedule", Name, names.expirySchedule)),
      ),
  };
}

type Sight = ReturnType<typeof byTags>;

const saying = (sight: Sight, ...says: NonNullable<Finding["says"]>): Sight =>
  sight !== undefined && "session" in sight && says.length > 0 ? { ...sight, says } : sight;

const sightsOf = async <Page>(
  pages: AsyncIterable<Page>,
  sights: (page: Page) => Sight[] | undefined,
): Promise<Listing> => listingOf(await collect(pages, sights));
