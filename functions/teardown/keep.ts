import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import * as z from "zod";
import type { Kept } from "../../workflows/teardown.contract.ts";
import { keptUntil } from "../session/caps.ts";
import { ec2 } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { emit, notify, tell } from "../session/events.ts";
import { executionLink } from "../session/links.ts";
import type { KeptOnSession, SessionRecord } from "../session/record.ts";
import { retryMinutes } from "../session/retry.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession, updateSession } from "../session/store.ts";
import { tagKeys, tagText } from "../session/tags.ts";
import { isHolder, overtakenBy, whileHolding } from "./holder.ts";

const request = z.object({ execution: z.string(), why: z.string() });

/** Leaves a machine up that holds what could not be saved: says so on the machine, in the record and to the operator. */
export async function keep(event: unknown): Promise<Kept> {
  const { session } = stepOf(event);
  const { execution, why } = request.parse(event);
  const record = await getSession(session);
  if (!isHolder(record, execution)) return { message: overtakenBy(record) };
  const message = `not saved: ${why}`;
  if (record.kept?.execution === execution) return { message };

  const kept = {
    since: record.kept?.since ?? new Date().toISOString(),
    why,
    attempts: (record.kept?.attempts ?? 0) + 1,
    execution,
  };
  await tagMachine(record, why);
  await tell(
    emit("kept", { session, blueprint: record.blueprint, why, attempts: kept.attempts }),
    notify(`Moonbase session ${session} is kept: its data could not be saved`, inWords(record, kept)),
  );
  await updateSession(session, { kept }, whileHolding(execution));
  return { message };
}

async function tagMachine({ machine }: SessionRecord, why: string): Promise<void> {
  if (machine === undefined) return;
  const Tags = [{ Key: tagKeys.kept, Value: tagText(why) }];
  // One that has gone meanwhile is cleaned up by its own event.
  await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new CreateTagsCommand({ Resources: [machine.instanceId], Tags })),
  );
}

function inWords(record: SessionRecord, { why, attempts, execution = "" }: KeptOnSession): string[] {
  const until = keptUntil(record, settings().onSaveFailure);
  const instanceId = record.machine?.instanceId ?? "unknown";
  return [
    `Session ${record.id} should have ended (${record.reason}), but what its machine ${instanceId} holds could not be saved: ${why}.`,
    `The machine stays up and costs money. Attempts so far: ${attempts}; the next is in about ${retryMinutes(record.generation)} minutes.`,
    until === undefined
      ? "It is kept for as long as it takes (onSaveFailure is keep-forever)."
      : `It is kept until ${until.toISOString()}; if the attempt after that fails too, it is ended and what it holds is lost.`,
    `To see what is wrong, log in while it is up. To end it all the same: aws ec2 terminate-instances --instance-ids ${instanceId}`,
    `Look at: ${executionLink(execution)}`,
  ];
}
