import { setTimeout as pause } from "node:timers/promises";
import { DescribeInstancesCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import type { Clients } from "../../clients.ts";
import { ingressRules } from "./ingress.ts";

const interval = 300;

/** Puts these rules into force; answers false when it is too early or too late for that. */
type Apply = (rules: string) => Promise<boolean>;

interface Door {
  readonly apply: Apply;
  inForce: string;
}

/** Follows the security groups of machines, and has each machine's rules be what they say. */
export class Doors {
  readonly #clients: Clients;
  readonly #doors = new Map<string, Door>();
  readonly #failed: (error: unknown) => void;
  #looking = false;

  constructor(clients: Clients, failed: (error: unknown) => void) {
    this.#clients = clients;
    this.#failed = failed;
  }

  /** The machine starts with every door closed; answers how to forget it. */
  follow(instanceId: string, apply: Apply): () => void {
    this.#doors.set(instanceId, { apply, inForce: ingressRules([]) });
    if (!this.#looking) void this.#lookUntilNobodyIsLeft();
    return () => void this.#doors.delete(instanceId);
  }

  async #lookUntilNobodyIsLeft(): Promise<void> {
    this.#looking = true;
    while (this.#doors.size > 0) {
      await this.#look().catch((error: unknown) => {
        if (this.#doors.size > 0) this.#failed(error);
      });
      await pause(interval, undefined, { ref: false });
    }
    this.#looking = false;
  }

  async #look(): Promise<void> {
    const { ec2 } = this.#clients;
    const filter = { Name: "instance-id", Values: [...this.#doors.keys()] };
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters: [filter] }));
    const machines = Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
    const idsOf = new Map(
      machines.map(({ InstanceId = "", SecurityGroups }) => [
        InstanceId,
        SecurityGroups?.flatMap(({ GroupId }) => GroupId ?? []) ?? [],
      ]),
    );
    const wanted = [...new Set([...idsOf.values()].flat())];
    if (wanted.length === 0) return;
    // A filter, because a group may be gone meanwhile, and asking for it by its id would be an error.
    const groups = await ec2.send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-id", Values: wanted }] }),
    );
    for (const [instanceId, ids] of idsOf) {
      const permissions = groups.SecurityGroups?.filter(({ GroupId = "" }) => ids.includes(GroupId));
      await this.#enforce(
        instanceId,
        ingressRules(permissions?.flatMap(({ IpPermissions }) => IpPermissions ?? []) ?? []),
      );
    }
  }

  async #enforce(instanceId: string, rules: string): Promise<void> {
    const door = this.#doors.get(instanceId);
    if (door === undefined || door.inForce === rules) return;
    if (await door.apply(rules)) door.inForce = rules;
  }
}
