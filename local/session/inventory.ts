import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  DescribeAddressesCommand,
  DescribeSpotInstanceRequestsCommand,
  paginateDescribeInstances,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeTags,
  paginateDescribeVolumes,
} from "@aws-sdk/client-ec2";
import { paginateListSchedules } from "@aws-sdk/client-scheduler";
import { paginateListExecutions, paginateListStateMachines } from "@aws-sdk/client-sfn";
import { paginateDescribeParameters } from "@aws-sdk/client-ssm";
import type { Clients } from "../clients.ts";

/** Something that is there: its kind, its id, and all that might say whose it is. */
interface Found {
  readonly kind: string;
  readonly id: string;
  readonly signs: string;
}

const networkInterface = "network interface";

/**
 * What is left of a session. It lists everything of every kind and looks for the session anywhere in it, so that it
 * shares neither code nor assumptions with what `teardown` looks for.
 */
export async function inventory(clients: Clients, session: string): Promise<string[]> {
  const word = new RegExp(`(?<![A-Za-z0-9])${session}(?![A-Za-z0-9])`);
  const [machines, others, owners] = await Promise.all([
    listMachines(clients),
    listOthers(clients),
    ownersOf(clients, session),
  ]);
  const living = machines.flatMap(({ id, signs }) => (word.test(signs) ? id : []));
  // Some things are named after the session's machines, and may stay when those are gone. EC2 takes a machine's
  // interface with it; moto leaves it, so there only a living machine's counts.
  const namesakes = ({ kind }: Found) => (kind === networkInterface ? living : [...living, ...owners]);
  return [...machines, ...others]
    .filter((each) => word.test(each.signs) || namesakes(each).some((id) => each.signs.includes(id)))
    .map(({ kind, id }) => `${kind} ${id}`);
}

/** The engine never forgets a machine, so those that are gone are not listed with all that is known of them. */
const notTerminated = {
  Name: "instance-state-name",
  Values: ["pending", "running", "shutting-down", "stopping", "stopped"],
};

async function listMachines({ ec2 }: Clients): Promise<Found[]> {
  const pages = paginateDescribeInstances({ client: ec2 }, { Filters: [notTerminated] });
  return collect("machine", pages, ({ Reservations }) =>
    Reservations?.flatMap(({ Instances }) => Instances ?? []).map((each) => [each.InstanceId, each]),
  );
}

/** The machines that ever bore the session in a tag, those that are gone among them. */
async function ownersOf({ ec2 }: Clients, session: string): Promise<string[]> {
  const owners: string[] = [];
  const Filters = [{ Name: "value", Values: [session] }];
  for await (const { Tags } of paginateDescribeTags({ client: ec2 }, { Filters })) {
    owners.push(...(Tags?.flatMap(({ ResourceId }) => ResourceId ?? []).filter(isMachine) ?? []));
  }
  return owners;
}

const isMachine = (id: string) => id.startsWith("i-");

async function listOthers(clients: Clients): Promise<Found[]> {
  const { ec2, ssm, cloudWatch, scheduler } = clients;
  const lists = await Promise.all([
    collect("volume", paginateDescribeVolumes({ client: ec2 }, {}), ({ Volumes }) =>
      Volumes?.map((each) => [each.VolumeId, each]),
    ),
    collect(
      networkInterface,
      paginateDescribeNetworkInterfaces({ client: ec2 }, {}),
      ({ NetworkInterfaces }) => NetworkInterfaces?.map((each) => [each.NetworkInterfaceId, each]),
    ),
    collect("security group", paginateDescribeSecurityGroups({ client: ec2 }, {}), ({ SecurityGroups }) =>
      SecurityGroups?.map((each) => [each.GroupId, each]),
    ),
    collect("address", [await ec2.send(new DescribeAddressesCommand({}))], ({ Addresses }) =>
      Addresses?.map((each) => [each.AllocationId, each]),
    ),
    collect(
      "spot request",
      [await ec2.send(new DescribeSpotInstanceRequestsCommand({}))],
      ({ SpotInstanceRequests }) =>
        // moto leaves a request active when its machine is terminated; only one without a machine is looked at here.
        SpotInstanceRequests?.filter(
          ({ State, InstanceId }) => State === "open" || (State === "active" && !InstanceId),
        ).map((each) => [each.SpotInstanceRequestId, each]),
    ),
    collect("parameter", paginateDescribeParameters({ client: ssm }, {}), ({ Parameters }) =>
      Parameters?.map((each) => [each.Name, each]),
    ),
    collect("alarm", paginateDescribeAlarms({ client: cloudWatch }, {}), ({ MetricAlarms }) =>
      MetricAlarms?.map((each) => [each.AlarmName, each]),
    ),
    collect("schedule", paginateListSchedules({ client: scheduler }, {}), ({ Schedules }) =>
      Schedules?.map((each) => [each.Name, each]),
    ),
    listExecutions(clients),
  ]);
  return lists.flat();
}

async function listExecutions({ stepFunctions: client }: Clients): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { stateMachines } of paginateListStateMachines({ client }, {})) {
    for (const { stateMachineArn } of stateMachines ?? []) {
      const wanted = { stateMachineArn, statusFilter: "RUNNING" as const };
      const pages = paginateListExecutions({ client }, wanted);
      found.push(
        ...(await collect("running execution", pages, ({ executions }) =>
          executions?.map((each) => [each.executionArn, each]),
        )),
      );
    }
  }
  return found;
}

async function collect<Page>(
  kind: string,
  pages: AsyncIterable<Page> | Iterable<Page>,
  items: (page: Page) => (readonly [string | undefined, object])[] | undefined,
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const page of pages) {
    for (const [id = "?", item] of items(page) ?? []) found.push({ kind, id, signs: JSON.stringify(item) });
  }
  return found;
}
