import type { Blueprint } from "../../blueprints/index.ts";
import { keptUntil, type SaveFailurePolicy } from "../session/caps.ts";
import { saveBeforeEnd, saveBeforeInterruption } from "../session/orders.ts";
import type { SessionRecord } from "../session/record.ts";
import { isBeingInterrupted } from "../session/spot.ts";

export interface SaveFacts {
  record: SessionRecord;
  blueprint: Blueprint;
  /** Whether the machine has ended or is ending; it cannot be asked any more. */
  isGone: boolean;
  policy: SaveFailurePolicy;
}

/** What to do about what the machine holds, and why. Nothing here calls anything. */
export type Plan =
  | { action: "ask" | "ask-quick"; order: string; reason: string }
  | { action: "await-interruption"; reason: string }
  | { action: "terminate"; because: "nothing-to-save" | "machine-gone" | "given-up"; reason: string };

export function decideOnSave(facts: SaveFacts, now: Date): Plan {
  const { record, isGone } = facts;
  const interrupted = isBeingInterrupted(record, now);
  const empty = whyNothing(facts);
  if (empty !== undefined) {
    return interrupted && !isGone
      ? { action: "await-interruption", reason: empty }
      : { action: "terminate", because: "nothing-to-save", reason: empty };
  }
  if (isGone)
    return {
      action: "terminate",
      because: "machine-gone",
      reason: "the machine was gone before it could save",
    };
  if (interrupted) {
    return { action: "ask-quick", order: saveBeforeInterruption, reason: "spot takes the machine away" };
  }
  if (isHopeless(facts, now)) {
    const reason = "its time is long over, and no attempt to save came to an end";
    return { action: "terminate", because: "given-up", reason };
  }
  return { action: "ask", order: saveBeforeEnd(record.generation), reason: "what it holds is saved first" };
}

function whyNothing({ record, blueprint }: SaveFacts): string | undefined {
  if (blueprint.save.by === "nobody") return `${blueprint.name} keeps nothing`;
  if (record.machine === undefined) return "there never was a machine";
  if (record.readyAt === undefined) return "the machine never got ready, so it holds nothing";
  return undefined;
}

/**
 * As a rule an attempt is made and judged, at the hard cap too. Should attempts break off again and again before they
 * are judged, they must not keep a machine for ever: an hour is three attempts.
 */
function isHopeless({ record, policy }: SaveFacts, now: Date): boolean {
  const until = keptUntil(record, policy);
  return until !== undefined && record.generation > 3 && now.getTime() > until.getTime() + 3_600_000;
}
