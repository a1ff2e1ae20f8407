import { log } from "../session/log.ts";
import { act } from "./act.ts";
import { reactions } from "./reactions.ts";

/**
 * Every event is a hint: it may come twice, late or in the wrong order, so each one only makes us look at the facts
 * and decide again. What throws here is asked again by EventBridge and ends in the dead-letter queue.
 */
export async function handler(event: unknown): Promise<void> {
  for (const { name, parse, react } of reactions) {
    const parsed = parse(event);
    if (parsed === undefined) continue;
    const decision = await react(parsed, new Date());
    log.info("decided", { event: name, ...decision });
    await act(decision);
    return;
  }
  log.warn("event not understood", {
    keys: typeof event === "object" && event !== null ? Object.keys(event) : [],
  });
  throw new Error("no reaction understands this event");
}
