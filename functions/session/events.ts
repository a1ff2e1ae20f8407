import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand } from "@aws-sdk/client-sns";
import { eventbridge, sns } from "./clients.ts";
import { log } from "./log.ts";
import { settings } from "./settings.ts";

/** Our own events on the default bus, so that others can build on them. */
export const eventSource = "moonbase.session";
export type SessionEvent = "ready" | "ended" | "swept";

/** `PutEvents` answers 200 for entries that it did not take. */
export async function emit(kind: SessionEvent, detail: Record<string, unknown>): Promise<void> {
  const { stage } = settings();
  const { FailedEntryCount, Entries } = await eventbridge.send(
    new PutEventsCommand({
      Entries: [{ Source: eventSource, DetailType: kind, Detail: JSON.stringify({ stage, ...detail }) }],
    }),
  );
  if (FailedEntryCount) throw new Error(`event "${kind}" was not taken: ${Entries?.[0]?.ErrorCode}`);
}

/**
 * Tells everybody what is already so. It has happened and is written down, so a bus or a topic that is out of order
 * must not undo it: that is logged as an error, and the step goes on.
 */
export async function tell(...tellings: Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(tellings)) {
    if (outcome.status === "rejected") log.error("not told", { error: outcome.reason });
  }
}

/** Tells the operator: what happened, why, what to do. SNS refuses a subject of 100 characters or more. */
export async function notify(subject: string, lines: string[]): Promise<void> {
  await sns.send(
    new PublishCommand({
      TopicArn: settings().noticesTopicArn,
      Subject: subject.slice(0, 99),
      Message: lines.join("\n"),
    }),
  );
}
