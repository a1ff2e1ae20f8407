import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { type SaveVerdict, saveAnswer } from "../../workflows/teardown.contract.ts";
import { announceSaved } from "../session/announcements.ts";
import { saveBeforeInterruption } from "../session/orders.ts";
import type { SaveOnSession, SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { findSession, updateSession } from "../session/store.ts";
import { isHolder, overtakenBy, whileHolding } from "./holder.ts";
import { hasMachineGone } from "./machine-gone.ts";
import { findSnapshot, judgeProof } from "./proofs.ts";
import { judgeMachine } from "./save-verdict.ts";
import { verdictInWords } from "./tell-saves.ts";

const story = z.object({
  save: z.object({ order: z.string(), at: z.string() }),
  /** Whatever the machine said. */
  answer: z.unknown().optional(),
  /** What came in the place of an answer. */
  unanswered: z.object({ Error: z.string(), Cause: z.string().default("") }).optional(),
});
type Story = z.infer<typeof story>;
const request = z.object({ execution: z.string(), story });

/** Looks for itself whether what the machine says is so, writes it down, and says what becomes of the machine. */
export async function judgeSave(event: unknown): Promise<SaveVerdict> {
  const { session } = stepOf(event);
  const { execution, story: told } = request.parse(event);
  const now = new Date();
  const record = await findSession(session);
  const at = now.toISOString();
  if (record === undefined) return { outcome: "terminate", message: "no record says what to save", at };
  if (!isHolder(record, execution)) return { outcome: "overtaken", message: overtakenBy(record), at };

  // A repeated step finds what it has itself written, and tells nobody again.
  const written = isOfThisAttempt(record.save, told) ? record.save : undefined;
  const save = written ?? { ...(await lookInto(record, told)), order: told.save.order, at };
  const isGone = await hasMachineGone(record);
  const verdict = judgeMachine({ record, save, isGone, policy: settings().onSaveFailure }, now);
  const message = await verdictInWords(record, save, verdict, written === undefined);
  if (written === undefined) {
    if (save.outcome === "saved") await announceSaved(record, save);
    if (!(await updateSession(session, { save }, whileHolding(execution)))) {
      return { outcome: "overtaken", message: overtakenBy(record), at };
    }
  }
  return { outcome: verdict.action, message, at: save.at };
}

const isOfThisAttempt = (save: SaveOnSession | undefined, told: Story): boolean =>
  save?.order === told.save.order && save.at >= told.save.at;

type Look = Omit<SaveOnSession, "at" | "order">;

async function lookInto(record: SessionRecord, told: Story): Promise<Look> {
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
  const proof = judgeProof(
    id,
    await findSnapshot(blueprintNamed(record.blueprint).name, id),
    since(record, told),
  );
  return proof.outcome === "proven"
    ? { outcome: "saved", message, id, ...took }
    : { outcome: "not-found", message: proof.reason, id, ...took };
}

/** A machine sees spot's notice itself, and may have saved before we heard of it: at most the two minutes before. */
function since({ interruptedAt }: SessionRecord, { save: { order, at } }: Story): Date {
  if (order !== saveBeforeInterruption || interruptedAt === undefined) return new Date(at);
  return new Date(Date.parse(interruptedAt) - 2 * 60_000);
}

const whyNoAnswer = ({ Error: name, Cause: cause }: { Error: string; Cause: string }): string =>
  name === "States.Timeout"
    ? "the machine did not answer in time"
    : `the machine could not be asked (${name}: ${cause})`.slice(0, 300);
