import { setTimeout as pause } from "node:timers/promises";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import type { StateChange } from "./bodies/watch.ts";
import { Bus, inSeconds } from "./bus.ts";
import type { Clients } from "./clients.ts";
import { account, type Endpoints, region } from "./environment.ts";
import { leftOut } from "./left-out.ts";
import { type Notices, noticesOf, putNotices } from "./metadata/notices.ts";

/** Between spot's notice and the end of the machine. */
const noticeMilliseconds = 120_000;

/**
 * The events that AWS puts on the default bus and the engine does not: a machine's state change (its machines are in
 * another emulator), what spot has to say of a machine, and an alarm's.
 */
export class Bridge {
  readonly #clients: Clients;
  readonly #bus: Bus;
  readonly #folder: string;

  /** The folder is the engine's temporary one: the machines' metadata services read notices there. */
  constructor(clients: Clients, endpoints: Endpoints, folder: string) {
    this.#clients = clients;
    this.#folder = folder;
    this.#bus = new Bus(clients, endpoints);
  }

  machineChanged({ instanceId, state }: StateChange): Promise<void> {
    return this.#bus.put("aws.ec2", leftOut.machineEvents.what, { "instance-id": instanceId, state }, [
      `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
    ]);
  }

  /**
   * Spot gives notice: in the machine's metadata first, because there AWS is not late either, and as an event. The
   * engine takes the machine when its time has come, two minutes from now unless a test is in a hurry.
   */
  async spotInterruption(instanceId: string, takenIn = noticeMilliseconds): Promise<void> {
    const zone = await this.#zoneOf(instanceId);
    const time = inSeconds(Date.now() + takenIn);
    this.#tell(instanceId, { interruption: { action: "terminate", time } });
    // AWS's own shape: the zone in the place of the region, and no account.
    await this.#bus.put(
      "aws.ec2",
      leftOut.spot.names[0],
      { "instance-id": instanceId, "instance-action": "terminate" },
      [`arn:aws:ec2:${zone}:instance/${instanceId}`],
    );
  }

  /** Spot may take the machine away. */
  async rebalance(instanceId: string): Promise<void> {
    const noticeTime = inSeconds(Date.now());
    this.#tell(instanceId, { rebalance: { noticeTime } });
    await this.#bus.put("aws.ec2", leftOut.spot.names[1], { "instance-id": instanceId }, [
      `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
    ]);
  }

  #tell(instanceId: string, told: Notices): void {
    putNotices(this.#folder, instanceId, { ...noticesOf(this.#folder, instanceId), ...told });
  }

  async #zoneOf(instanceId: string): Promise<string> {
    const command = new DescribeInstancesCommand({ InstanceIds: [instanceId] });
    const { Reservations } = await this.#clients.ec2.send(command);
    return Reservations?.[0]?.Instances?.[0]?.Placement?.AvailabilityZone ?? region;
  }

  /** Watches the stage's alarms; each change of state becomes an event. Answers a way to stop. */
  watchAlarms(stage: string, failed: (error: unknown) => void): () => void {
    const states = new Map<string, string>();
    let watching = true;
    const look = async () => {
      for await (const page of paginateDescribeAlarms(
        { client: this.#clients.cloudWatch },
        { AlarmNamePrefix: `${stage}/` },
      )) {
        for (const { AlarmName = "", AlarmArn = "", StateValue = "", StateReason } of page.MetricAlarms ??
          []) {
          const previous = states.get(AlarmName);
          states.set(AlarmName, StateValue);
          if (previous === undefined || previous === StateValue) continue;
          const detail = {
            alarmName: AlarmName,
            state: { value: StateValue, reason: StateReason, timestamp: new Date().toISOString() },
            previousState: { value: previous },
          };
          await this.#bus.put("aws.cloudwatch", leftOut.alarmEvents.what, detail, [AlarmArn]);
        }
      }
    };
    const loop = async () => {
      while (watching) {
        await look().catch((error: unknown) => {
          if (watching) failed(error);
        });
        await pause(500, undefined, { ref: false });
      }
    };
    void loop();
    return () => {
      watching = false;
    };
  }
}
