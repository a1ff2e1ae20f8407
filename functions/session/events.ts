import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand } from "@aws-sdk/client-sns";
import { eventbridge, sns } from "./clients.ts";
import { settings } from "./settings.ts";

/** Our own events on the default bus, so that others can build on them. */
export const eventSource = "moonbase.session";
export type SessionEvent = "ready" | "ended";

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

/** Tells the operator: what happened, why, what to do. SNS cuts off a subject at 100 characters by refusing it. */
export async function notify(subject: string, lines: string[]): Promise<void> {
  await sns.send(
    new PublishCommand({
      TopicArn: settings().noticesTopicArn,
      Subject: subject.slice(0, 100),
      Message: lines.join("\n"),
    }),
  );
}
