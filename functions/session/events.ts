import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand } from "@aws-sdk/client-sns";
import { eventbridge, sns } from "./clients.ts";
import type { DetailOf, SessionEvent } from "./event-details.ts";
import { log } from "./log.ts";
import { settings } from "./settings.ts";

/** Our own events on the default bus, so that others can build on them. */
export const eventSource = "moonbase.session";

/** `PutEvents` answers 200 for entries that it did not take. */
export async function emit<Kind extends SessionEvent>(kind: Kind, detail: DetailOf<Kind>): Promise<void> {
  const { FailedEntryCount, Entries } = await eventbridge.send(
    new PutEventsCommand({
      Entries: [{ Source: eventSource, DetailType: kind, Detail: JSON.stringify(detail) }],
    }),
  );
  if (FailedEntryCount) throw new Error(`event "${kind}" was not taken: ${Entries?.[0]?.ErrorCode}`);
}

/**
 * Tells everybody what is already so. It has happened, so a bus or a topic that is out of order must not undo it: that is logged as an error, and the step goes on. Answers whether anybody was told.
 */
export async function tell(...tellings: Promise<void>[]): Promise<boolean> {
  const outcomes = await Promise.allSettled(tellings);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") log.error("not told", { error: outcome.reason });
  }
  return outcomes.some(({ status }) => status === "fulfilled");
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
