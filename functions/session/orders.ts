/**
 * What the control plane may want of a machine, as the words of its tag `tagKeys.wants`. The machine reads its tags in
 * its metadata every two seconds (`instance-scripts/lib/orders.sh`) and carries out each order once: the same words a
 * second time are the same order. A tag reaches a machine without a port, an agent or a permission to run commands.
 */

/** Quick, before spot takes the machine away. The machine sees the notice itself as well: there is one order for both. */
export const saveBeforeInterruption = "save interruption";

/** Quick, because spot may take the machine away. */
export const saveEarly = (noticedAt: string) => `save early-${noticedAt}`;

/** Quick, because somebody asked for it and waits; once for each asking. */
export const saveNow = (askedAt: string) => `save now-${askedAt}`;

/** Whole, before a voluntary end; once for each teardown that claims the session. */
export const saveBeforeEnd = (generation: number) => `save end-${generation}`;
