import * as z from "zod";
import type { Asked } from "../../workflows/teardown.contract.ts";
import { heard, orderSave, wantOf } from "../session/ask-save.ts";
import { namesOf } from "../session/names.ts";
import { failTask } from "../session/notes.ts";
import { saveBeforeEnd, saveBeforeInterruption } from "../session/orders.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { isBeingInterrupted } from "../session/spot.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { hasTurn } from "./decide.ts";

const request = z.object({ execution: z.string(), order: z.string(), token: z.string() });

/** Tells the machine to save, unless an end of the session has begun, which has the machine save by itself. */
export async function askSave(event: unknown): Promise<Asked> {
  const { session } = stepOf(event);
  const { execution, order, token } = request.parse(event);
  return heard(token, async () => {
    const record = await getSession(session);
    if (!hasTurn(record, execution, new Date())) return overtaken(record, token);
    const note = namesOf(settings().stage).backupParameter;
    const told = await orderSave({ record, note, execution, order, token });
    if (told === undefined) return { outcome: "machine-gone" };
    const after = await getSession(session);
    if (!isClaimed(after, new Date())) return { outcome: "asked" };
    // The tag has one place: an end that has begun since the first look may have put its order there before ours.
    await wantOf(told, orderOfEnd(after));
    return overtaken(after, token);
  });
}

/** What the teardown that holds the session asks for. */
const orderOfEnd = (record: SessionRecord) =>
  isBeingInterrupted(record, new Date()) ? saveBeforeInterruption : saveBeforeEnd(record.generation);

async function overtaken({ id, claim }: SessionRecord, token: string): Promise<Asked> {
  await failTask(token, "Overtaken", `session "${id}" was taken over by ${claim?.holder ?? "nobody"}`);
  return { outcome: "overtaken" };
}
