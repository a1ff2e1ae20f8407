import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import type { SavePlan } from "../../workflows/teardown.contract.ts";
import { hasMachineGone } from "../session/machine-gone.ts";
import { lastSaveInWords } from "../session/proofs.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { findSession, updateSession } from "../session/store.ts";
import { isHolder, overtakenBy, whileHolding } from "./holder.ts";
import { decideOnSave, type Plan } from "./save-plan.ts";
import { tellGivenUp } from "./tell-saves.ts";

const request = z.object({ execution: z.string() });

/** Whether the machine is asked to save before it is ended, and with which words. */
export async function planSave(event: unknown): Promise<SavePlan> {
  const { session } = stepOf(event);
  const { execution } = request.parse(event);
  const now = new Date();
  const answer = (outcome: SavePlan["outcome"], message: string, order = ""): SavePlan => ({
    ...{ outcome, message, order },
    at: now.toISOString(),
  });

  const record = await findSession(session);
  if (record === undefined) return answer("terminate", "no record says what to save");
  if (record.ending !== undefined) return answer("terminate", record.ending.saved);
  if (!isHolder(record, execution)) return answer("overtaken", overtakenBy(record));

  const blueprint = blueprintNamed(record.blueprint);
  const isGone = await hasMachineGone(record);
  const plan = decideOnSave({ record, blueprint, isGone, policy: settings().onSaveFailure }, now);
  switch (plan.action) {
    case "ask":
    case "ask-quick":
      return answer(plan.action, plan.reason, plan.order);
    case "await-interruption":
      await writeDown(record, execution, "nothing-to-save", plan.reason, now);
      return answer("await-interruption", plan.reason);
    case "terminate": {
      const message = await inWords(record, plan);
      if (plan.because === "given-up") await tellGivenUp(record, message);
      // What is saved is saved, whether or not the machine could be asked once more.
      if (plan.because !== "machine-gone" || record.save?.outcome !== "saved") {
        const outcome = plan.because === "nothing-to-save" ? "nothing-to-save" : "no-answer";
        await writeDown(record, execution, outcome, message, now);
      }
      return answer("terminate", message);
    }
  }
}

async function inWords(record: SessionRecord, plan: Extract<Plan, { action: "terminate" }>): Promise<string> {
  if (plan.because === "nothing-to-save") return plan.reason;
  return `${plan.reason}; ${await lastSaveInWords(record)}`;
}

async function writeDown(
  { id }: SessionRecord,
  execution: string,
  outcome: "nothing-to-save" | "no-answer",
  message: string,
  now: Date,
): Promise<void> {
  await updateSession(id, { save: { outcome, message, at: now.toISOString() } }, whileHolding(execution));
}
