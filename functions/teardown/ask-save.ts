import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import * as z from "zod";
import type { Asked } from "../../workflows/teardown.contract.ts";
import { ec2 } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { log } from "../session/log.ts";
import { namesOf } from "../session/names.ts";
import { failTask, instanceArn, leaveNote } from "../session/notes.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { tagKeys } from "../session/tags.ts";
import { isHolder, overtakenBy } from "./holder.ts";
import { hasMachineGone } from "./machine-gone.ts";

const request = z.object({ execution: z.string(), order: z.string(), token: z.string() });

/**
 * Leaves the machine the token to answer with, and then the order in its tag: it looks at the one every two seconds,
 * and reads the other when there is something to do. A failure is sent through the token as well as thrown: an engine
 * that only waits for the token hears it too.
 */
export async function askSave(event: unknown): Promise<Asked> {
  const { token } = request.parse(event);
  try {
    return await ask(event);
  } catch (error) {
    log.error("not asked to save", { error: nameOf(error) });
    await failTask(token, "AskFailed", nameOf(error));
    throw error;
  }
}

async function ask(event: unknown): Promise<Asked> {
  const { session } = stepOf(event);
  const { execution, order, token } = request.parse(event);
  const record = await getSession(session);
  if (!isHolder(record, execution)) {
    await failTask(token, "Overtaken", overtakenBy(record));
    return { outcome: "overtaken" };
  }
  const instanceId = record.machine?.instanceId;
  if (instanceId === undefined) throw new Error(`session "${session}" has no machine to ask`);
  await leaveNote({
    name: namesOf(settings().stage).saveParameter(instanceId),
    session,
    machineArn: instanceArn(execution, instanceId),
    value: { order, taskToken: token },
  });
  const Tags = [{ Key: tagKeys.wants, Value: order }];
  await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags })),
  );
  // One that has ended can never answer; one that ends later is noticed by the clock.
  if (await hasMachineGone(record)) {
    await failTask(token, "MachineGone", "the machine ended before it could be asked");
    return { outcome: "machine-gone" };
  }
  return { outcome: "asked" };
}
