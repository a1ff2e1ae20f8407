import { keptUntil, type SaveFailurePolicy } from "../session/caps.ts";
import type { SaveOnSession, SessionRecord } from "../session/record.ts";
import { isBeingInterrupted } from "../session/spot.ts";

export interface VerdictFacts {
  record: SessionRecord;
  /** What the attempt came to; undefined when there was none. */
  save: Pick<SaveOnSession, "outcome"> | undefined;
  /** Whether the machine has ended or is ending. */
  isGone: boolean;
  policy: SaveFailurePolicy;
}

/** What becomes of the machine after an attempt to save, and why. Nothing here calls anything. */
export type Verdict =
  | { action: "terminate"; because: "saved" | "machine-gone" | "given-up"; reason: string }
  | { action: "await-interruption" | "keep"; reason: string };

export function judgeMachine({ record, save, isGone, policy }: VerdictFacts, now: Date): Verdict {
  const isSaved = save?.outcome === "saved" || save?.outcome === "nothing-to-save";
  if (isSaved && isGone)
    return { action: "terminate", because: "saved", reason: "it is saved, and the machine is gone" };
  if (isGone) return { action: "terminate", because: "machine-gone", reason: "the machine is gone" };
  if (isBeingInterrupted(record, now)) {
    return { action: "await-interruption", reason: "spot takes the machine away by itself" };
  }
  if (isSaved) return { action: "terminate", because: "saved", reason: "it is saved" };
  const until = keptUntil(record, policy);
  if (until !== undefined && now >= until) {
    return {
      action: "terminate",
      because: "given-up",
      reason: `its time was over at ${until.toISOString()}`,
    };
  }
  return { action: "keep", reason: "it holds what is not saved" };
}
