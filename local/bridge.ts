import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import type { StateChange } from "./bodies/watch.ts";
import type { Clients } from "./clients.ts";
import { account, assertLoopback, type Endpoints, region } from "./environment.ts";
import { leftOut } from "./left-out.ts";

/**
 * The events that AWS puts on the default bus and the engine does not: a machine's state change (its machines are in
 * another emulator) and an alarm's. PutEvents refuses sources of AWS, there as here, so the bridge does what the bus
 * would do: it asks the engine which rules match the event, and invokes their functions with it.
 */
export class Bridge {
  readonly #clients: Clients;
  readonly #endpoint: string;

  constructor(clients: Clients, endpoints: Endpoints) {
    this.#clients = clients;
    this.#endpoint = assertLoopback(endpoints.serverless).origin;
  }

  machineChanged({ instanceId, state }: StateChange): Promise<void> {
    return this.#put("aws.ec2", leftOut.machineEvents.what, { "instance-id": instanceId, state }, [
      `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
    ]);
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
          await this.#put("aws.cloudwatch", leftOut.alarmEvents.what, detail, [AlarmArn]);
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

  async #put(source: string, detailType: string, detail: object, resources: string[]): Promise<void> {
    const event = JSON.stringify({
      version: "0",
      id: randomUUID(),
      "detail-type": detailType,
      source,
      account,
      time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      region,
      resources,
      detail,
    });
    for await (const rule of this.#rules()) {
      const test = new TestEventPatternCommand({ EventPattern: rule.pattern, Event: event });
      const { Result } = await this.#clients.events.send(test);
      if (Result !== true) continue;
      const { Targets } = await this.#clients.events.send(new ListTargetsByRuleCommand({ Rule: rule.name }));
      for (const { Arn = "" } of Targets ?? []) await this.#invoke(Arn, event);
    }
  }

  async *#rules() {
    let next: string | undefined;
    do {
      const { Rules, NextToken } = await this.#clients.events.send(new ListRulesCommand({ NextToken: next }));
      for (const { Name, EventPattern, State } of Rules ?? []) {
        if (Name !== undefined && EventPattern !== undefined && State === "ENABLED")
          yield { name: Name, pattern: EventPattern };
      }
      next = NextToken;
    } while (next !== undefined);
  }

  async #invoke(functionArn: string, event: string): Promise<void> {
    const address = `${this.#endpoint}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
    const answer = await fetch(address, {
      method: "POST",
      body: event,
      headers: { "x-amz-invocation-type": "Event" },
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${functionArn} cannot be invoked: ${answer.status}`);
  }
}
