import * as z from "zod";
import type { Kept } from "../../workflows/teardown.contract.ts";
import { announceKept } from "../session/announcements.ts";
import { tagMachine } from "../session/machines.ts";
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
  // One that has gone meanwhile is cleaned up by its own event.
  if (record.machine !== undefined) await tagMachine(record.machine.instanceId, tagKeys.kept, tagText(why));
  await announceKept(record, kept);
  await updateSession(session, { kept }, whileHolding(execution));
  return { message };
}
