import { setTimeout as pause } from "node:timers/promises";
import {
  type Filter,
  type Instance,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { tagKeys } from "../../functions/session/tags.ts";
import type { Clients } from "../clients.ts";
import type { Body, Machine, MakeBody } from "./body.ts";

/** A machine's state became another, in EC2's words. */
export interface StateChange {
  readonly instanceId: string;
  readonly state: string;
}

export interface Watch {
  readonly clients: Clients;
  readonly stage: string;
  readonly make: MakeBody;
  readonly changed: (change: StateChange) => void;
  readonly failed: (error: unknown) => void;
}

type Tags = ReadonlyMap<string, string>;

/** A machine as one look found it. */
interface Seen {
  readonly machine: Omit<Machine, "tags">;
  readonly state: string;
  readonly tags: Tags;
}

const interval = 150;
/** An engine with a hundred machines takes half a second to list them: three quarters of its time are for others. */
const restPerLook = 3;
const alive = new Set(["pending", "running"]);
// The engine remembers every machine that ever was; one that has ended is asked for once, by its id. For a filter by tag it
// goes through all the tags that there are for each machine, so the stage is looked at here.
const livingFilter = {
  Name: "instance-state-name",
  Values: [...alive, "stopping", "shutting-down", "stopped"],
};

/** Keeps bodies and machines alike: who runs there gets a body here, who ends on one side ends on the other. */
export function watchMachines(watch: Watch): () => void {
  const states = new Map<string, string>();
  const bodies = new Map<string, Body>();
  const tags = new Map<string, Tags>();
  let watching = true;

  const see = async ({ machine, state, tags: said }: Seen) => {
    const { instanceId } = machine;
    tags.set(instanceId, said);
    if (states.get(instanceId) === state) return;
    states.set(instanceId, state);
    watch.changed({ instanceId, state });
    if (!alive.has(state)) {
      bodies.get(instanceId)?.end();
      bodies.delete(instanceId);
      tags.delete(instanceId);
    } else if (!bodies.has(instanceId)) {
      await embody(machine);
    }
  };

  const embody = async (seen: Seen["machine"]) => {
    const { instanceId } = seen;
    const machine = { ...seen, tags: () => tags.get(instanceId) ?? new Map() };
    const powerOff = () => terminate(watch.clients, instanceId);
    try {
      const body = await watch.make(machine);
      if (!watching) return body.end();
      bodies.set(instanceId, body);
      // Our machines terminate when they power off.
      body.poweredOff.then(powerOff).catch(watch.failed);
    } catch (error) {
      if (!watching) return;
      // A machine that cannot start is off as well.
      watch.failed(error);
      await powerOff();
    }
  };

  const look = async () => {
    const living = await machinesOf(watch, [livingFilter]);
    const here = new Set(living.map(({ machine }) => machine.instanceId));
    const missing = [...states].flatMap(([id, state]) =>
      state === "terminated" || here.has(id) ? [] : [id],
    );
    if (missing.length === 0) return living;
    return [...living, ...(await machinesOf(watch, [{ Name: "instance-id", Values: missing }]))];
  };

  const loop = async () => {
    while (watching) {
      const began = performance.now();
      let took = 0;
      try {
        const found = await look();
        took = performance.now() - began;
        for (const seen of found) {
          if (watching) await see(seen);
        }
      } catch (error) {
        if (watching) watch.failed(error);
      }
      await pause(Math.max(interval, took * restPerLook), undefined, { ref: false });
    }
  };
  void loop();

  return () => {
    watching = false;
    for (const body of bodies.values()) body.end();
    bodies.clear();
  };
}

/** All machines of the stage that match, from every page and every reservation. */
async function machinesOf({ clients, stage }: Watch, filters: Filter[]): Promise<Seen[]> {
  const found: Seen[] = [];
  for await (const page of paginateDescribeInstances({ client: clients.ec2 }, { Filters: filters })) {
    for (const instance of page.Reservations?.flatMap((reservation) => reservation.Instances ?? []) ?? []) {
      const tags = tagsOf(instance);
      const machine = machineOf(instance, tags.get(tagKeys.blueprint));
      const state = instance.State?.Name;
      if (machine !== undefined && state !== undefined && tags.get(tagKeys.stage) === stage)
        found.push({ machine, state, tags });
    }
  }
  return found;
}

/** What the engine says of a machine of ours; undefined when it is none. */
function machineOf(instance: Instance, blueprint: string | undefined): Seen["machine"] | undefined {
  if (instance.InstanceId === undefined || blueprint === undefined) return undefined;
  return {
    instanceId: instance.InstanceId,
    instanceType: instance.InstanceType ?? "",
    imageId: instance.ImageId ?? "",
    zone: instance.Placement?.AvailabilityZone ?? "",
    privateAddress: instance.PrivateIpAddress ?? "",
    publicAddress: instance.PublicIpAddress,
    mac: instance.NetworkInterfaces?.[0]?.MacAddress ?? "02:00:00:00:00:01",
    market: instance.InstanceLifecycle === "spot" ? "spot" : "on-demand",
    blueprint,
  };
}

const tagsOf = ({ Tags = [] }: Instance): Tags =>
  new Map(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));

async function terminate(clients: Clients, instanceId: string): Promise<void> {
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
}
