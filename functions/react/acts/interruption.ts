import { announceInterruption } from "../../session/announcements.ts";
import { log } from "../../session/log.ts";
import { saveBeforeInterruption } from "../../session/orders.ts";
import { takenAt } from "../../session/spot.ts";
import { startTeardown } from "../../session/start-teardown.ts";
import { getSession, updateSession } from "../../session/store.ts";
import type { Interrupt, SaveEarly } from "../decision.ts";
import { say } from "./tag.ts";

/**
 * The order first: of two minutes every second counts, and the machine knows it by its words, so twice is once. The
 * teardown asks for the same save; that the machine could not be told here is no reason not to start it.
 */
export async function interrupt(decision: Interrupt): Promise<void> {
  const { session, instanceId, saves, warnedAt, at, generation } = decision;
  const goneAt = takenAt(warnedAt).toISOString();
  try {
    await say(instanceId, {
      ...(saves && { wants: saveBeforeInterruption }),
      tells: `Spot takes this machine away at ${goneAt}${saves ? ". It is being saved." : "."}`,
    });
  } catch (error) {
    log.error("machine not told of its interruption", { session, instanceId, error: String(error) });
  }
  const isFirst = await updateSession(
    session,
    { interruptedAt: at.toISOString() },
    { expression: "attribute_not_exists(interruptedAt)" },
  );
  await startTeardown({ session, reason: "interrupted" }, generation);
  if (isFirst) await announceInterruption(await getSession(session));
}

/** The machine saves and goes on; the operator need not know of every rebalance. */
export const saveEarly = ({ instanceId, order }: SaveEarly): Promise<void> =>
  say(instanceId, { wants: order });
