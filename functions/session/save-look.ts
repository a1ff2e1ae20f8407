import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { saveAnswer } from "../../workflows/teardown.contract.ts";
import { findSnapshot, judgeProof } from "./proofs.ts";
import type { SaveOnSession, SessionRecord } from "./record.ts";

/** What a workflow tells of an attempt to save: the order, and what came of it. */
export const saveStory = z.object({
  save: z.object({ order: z.string(), at: z.string() }),
  /** Whatever the machine said. */
  answer: z.unknown().optional(),
  /** What came in the place of an answer. */
  unanswered: z.object({ Error: z.string(), Cause: z.string().default("") }).optional(),
});
export type SaveStory = z.infer<typeof saveStory>;

export type SaveLook = Omit<SaveOnSession, "at" | "order">;

/** Whether what the machine says is so: only what is in the bucket, and not older than `since`, is saved. */
export async function lookIntoSave(
  { blueprint }: SessionRecord,
  told: SaveStory,
  since: Date,
): Promise<SaveLook> {
  if (told.unanswered !== undefined) return { outcome: "no-answer", message: whyNoAnswer(told.unanswered) };
  const answer = saveAnswer.safeParse(told.answer).data;
  if (answer === undefined) return { outcome: "failed", message: "the machine's answer was not understood" };
  const { outcome, message, order, id, seconds } = answer;
  const took = seconds === undefined ? {} : { seconds };
  if (outcome === "failed") return { outcome, message, ...took };
  if (order !== told.save.order) {
    return { outcome: "not-found", message: `the machine answered another order, "${order}"`, ...took };
  }
  if (id === undefined) return { outcome: "not-found", message: "the machine named no snapshot", ...took };
  const proof = judgeProof(id, await findSnapshot(blueprintNamed(blueprint).name, id), since);
  return proof.outcome === "proven"
    ? { outcome: "saved", message, id, ...took }
    : { outcome: "not-found", message: proof.reason, id, ...took };
}

function whyNoAnswer({ Error: name, Cause: cause }: { Error: string; Cause: string }): string {
  if (name === "States.Timeout") return "the machine did not answer in time";
  // Said in the machine's place, and in whole words.
  if (name === "MachineGone" && cause !== "") return cause.slice(0, 300);
  return `the machine could not be asked (${name}: ${cause})`.slice(0, 300);
}
