import * as z from "zod";

/** Three kinds of item beside the sessions; a session id cannot hold a "#". */
export const liveItem = "#live";
/** What the sweep has seen and waits to see again. */
export const sweepItem = "#sweep";
export const monthItem = (at: Date) => `#month-${at.toISOString().slice(0, 7)}`;

/** The sessions that are live, and the US dollars that they may still cost at most. */
export const live = z.object({
  sessions: z.set(z.string()).default(new Set()),
  committed: z.number().default(0),
});
export type Live = z.infer<typeof live>;

/**
 * What the sessions that ended in a month cost in US dollars, how long they ran in hours, and how many they were; and
 * what AWS said of the month's budget.
 */
export const month = z.object({
  cost: z.number().default(0),
  hours: z.number().default(0),
  ended: z.int().default(0),
  /** From then on a launch has to be forced, unless the budget has been raised since. */
  budgetReachedAt: z.string().optional(),
  /** The monthlyBudget that was spent then, in US dollars. */
  budgetReached: z.number().optional(),
  /** The thresholds of which the operator was told. */
  toldThresholds: z.set(z.string()).default(new Set()),
});
export type Month = z.infer<typeof month>;

/** When AWS said that this budget of the month is spent; what it said of a smaller one does not count. */
export const reachedAt = ({ budgetReachedAt, budgetReached }: Month, budget: number): string | undefined =>
  budgetReached !== undefined && budgetReached < budget ? undefined : budgetReachedAt;
