import * as z from "zod";
import type { Asked } from "../../workflows/teardown.contract.ts";
import { heard, orderSave } from "../session/ask-save.ts";
import { namesOf } from "../session/names.ts";
import { failTask } from "../session/notes.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { isHolder, overtakenBy } from "./holder.ts";

const request = z.object({ execution: z.string(), order: z.string(), token: z.string() });

/** Tells the machine to save before its end, unless an interruption has taken the session over. */
export async function askSave(event: unknown): Promise<Asked> {
  const { session } = stepOf(event);
  const { execution, order, token } = request.parse(event);
  return heard(token, async () => {
    const record = await getSession(session);
    if (!isHolder(record, execution)) {
      await failTask(token, "Overtaken", overtakenBy(record));
      return { outcome: "overtaken" };
    }
    const note = namesOf(settings().stage).saveParameter;
    const told = await orderSave({ record, note, execution, order, token });
    return { outcome: told === undefined ? "machine-gone" : "asked" };
  });
}
