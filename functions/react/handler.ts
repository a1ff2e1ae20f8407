import { log } from "../session/log.ts";
import { act } from "./act.ts";
import type { Decision } from "./decision.ts";
import { reactions } from "./reactions.ts";

/**
 * Every event is a hint: it may come twice, late or in the wrong order, so each one only makes us look at the facts
 * and decide again. What throws here is asked again by EventBridge and ends in the dead-letter queue.
 */
export async function handler(event: unknown): Promise<void> {
  for (const { name, parse, react } of reactions) {
    const parsed = parse(event);
    if (parsed === undefined) continue;
    const decisions = await react(parsed, new Date());
    await carryOut(name, decisions);
    // What was live before the month was closed may not be all that was let in before it.
    if (decisions.some(({ action }) => action === "close-month")) {
      await carryOut(name, await react(parsed, new Date()));
    }
    return;
  }
  log.warn("event not understood", {
    keys: typeof event === "object" && event !== null ? Object.keys(event) : [],
  });
  throw new Error("no reaction understands this event");
}

/** One that cannot be carried out keeps none of the others; the event is then asked again. */
async function carryOut(event: string, decisions: Decision[]): Promise<void> {
  for (const decision of decisions) log.info("decided", { event, ...decision });
  const outcomes = await Promise.allSettled(decisions.map(act));
  const broken = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (broken.length === 1) throw broken[0];
  if (broken.length > 1) throw new AggregateError(broken, `${broken.length} of ${decisions.length} broke`);
}
