import { nameOf } from "./errors.ts";
import { log } from "./log.ts";
import { hasMachineGone } from "./machine-gone.ts";
import { tagMachine } from "./machines.ts";
import { failTask, instanceArn, leaveNote } from "./notes.ts";
import type { SessionRecord } from "./record.ts";
import { tagKeys } from "./tags.ts";

/** How a machine is told to save: whoever waits for its answer has checked that it may ask. */
export interface SaveOrder {
  record: SessionRecord;
  /** Where the machine looks for the token, as a function of its id. */
  note: (instanceId: string) => string;
  execution: string;
  order: string;
  token: string;
}

/** The machine that was told; undefined: it has ended, and the token is failed. */
export async function orderSave({
  record,
  note,
  execution,
  order,
  token,
}: SaveOrder): Promise<string | undefined> {
  const instanceId = record.machine?.instanceId;
  if (instanceId === undefined) throw new Error(`session "${record.id}" has no machine to ask`);
  await leaveNote({
    name: note(instanceId),
    session: record.id,
    machineArn: instanceArn(execution, instanceId),
    value: { order, taskToken: token },
  });
  await wantOf(instanceId, order);
  // One that has ended can never answer; one that ends later is noticed by the clock.
  if (!(await hasMachineGone(record))) return instanceId;
  await failTask(token, "MachineGone", "the machine ended before it could be asked");
  return undefined;
}

/** It looks at its tags every two seconds, and reads the note when there is something to do: the tag comes last. */
export const wantOf = (instanceId: string, order: string): Promise<void> =>
  tagMachine(instanceId, tagKeys.wants, order);

/** A failure to ask is sent through the token as well as thrown: an engine that only waits for the token hears it too. */
export async function heard<Answer>(token: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    log.error("not asked to save", { error: nameOf(error) });
    await failTask(token, "AskFailed", nameOf(error));
    throw error;
  }
}
