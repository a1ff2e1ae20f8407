import { randomUUID } from "node:crypto";
import {
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import type { Clients } from "./clients.ts";
import { account, assertLoopback, type Endpoints, region } from "./environment.ts";

/** As AWS writes times, in whole seconds: never earlier than it is. */
export const inSeconds = (milliseconds: number) =>
  new Date(Math.ceil(milliseconds / 1_000) * 1_000).toISOString().replace(".000Z", "Z");

/**
 * The default bus for events of AWS's own sources, which PutEvents refuses, there as here: it does what the bus would do,
 * asks the engine which rules match the event, and invokes their functions with it.
 */
export class Bus {
  readonly #clients: Clients;
  readonly #endpoint: string;

  constructor(clients: Clients, endpoints: Endpoints) {
    this.#clients = clients;
    this.#endpoint = assertLoopback(endpoints.serverless).origin;
  }

  async put(source: string, detailType: string, detail: object, resources: string[]): Promise<void> {
    const about = { source, "detail-type": detailType };
    const event = JSON.stringify({
      version: "0",
      id: randomUUID(),
      ...about,
      account,
      time: inSeconds(Date.now()),
      region,
      resources,
      detail,
    });
    for await (const rule of this.#rules()) {
      if (isAboutOther(rule.pattern, about)) continue;
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

const words = z.array(z.string()).optional().catch(undefined);
const plainPattern = z.object({ source: words, "detail-type": words });

/** Most rules are, by words that need no engine to compare: a hundred machines that end at once would ask it a thousand times. */
function isAboutOther(pattern: string, about: Record<keyof z.infer<typeof plainPattern>, string>): boolean {
  const { source, "detail-type": detailType } = plainPattern.parse(JSON.parse(pattern));
  return source?.includes(about.source) === false || detailType?.includes(about["detail-type"]) === false;
}
