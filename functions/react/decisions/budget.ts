import { type Month, reachedAt } from "../../session/ledger-items.ts";
import type { SessionRecord } from "../../session/record.ts";
import type { BudgetAlert } from "../budget-prose.ts";
import { type Decision, nothing } from "../decision.ts";
import { endWithNotice } from "./notice.ts";

export interface BudgetFacts {
  alert: BudgetAlert;
  /** When AWS sent it; it may lie for hours, and come in another month. */
  sentAt: Date;
  /** The name of this stage's own budget, and its US dollars as they are configured now. */
  ourBudget: string;
  monthlyBudget: number;
  /** The books of the month in which it was sent. */
  month: Month;
  /** Every session that may be live. */
  sessions: SessionRecord[];
}

const monthOf = (time: Date) => time.toISOString().slice(0, 7);

/**
 * AWS says that a threshold of the month's budget was passed. A forecast stops nothing, nor does less than the whole
 * budget, nor last month's. When all of it is spent the month is closed to launches, and every session ends with
 * notice; a session that was forced in spite of that was let in by somebody who knew.
 */
export function decideOnBudget(facts: BudgetFacts, now: Date): Decision[] {
  const { alert, sentAt, ourBudget, monthlyBudget, month, sessions } = facts;
  if (alert.budget !== undefined && alert.budget !== ourBudget)
    return [nothing(`the budget "${alert.budget}" is not ours`)];
  const words = inWords(alert);
  const isSpent = alert.type === "ACTUAL" && alert.share >= 100 && monthOf(sentAt) === monthOf(now);
  if (!isSpent) return [tell(facts, words)];
  const spentAt = reachedAt(month, monthlyBudget);
  if (spentAt === undefined) {
    const reason = `${words}; no launch is let in unless it is forced`;
    return [{ action: "close-month", at: now, budget: monthlyBudget, reason }];
  }
  return [
    tell(facts, words),
    ...sessions.map((record) =>
      record.forced === true && record.requestedAt >= spentAt
        ? nothing(`session "${record.id}" was forced after the budget was spent; ${words}`)
        : endWithNotice(record, "budget", words, now),
    ),
  ];
}

const inWords = ({ type, threshold, share, understood }: BudgetAlert): string =>
  understood
    ? `${type === "ACTUAL" ? "spent" : "foreseen"}: ${Math.max(share, threshold)} % of this month's budget`
    : `AWS says something of the budget that cannot be read, which counts as ${share} % ${type === "ACTUAL" ? "spent" : "foreseen"}`;

function tell({ alert, sentAt, month }: BudgetFacts, words: string): Decision {
  const threshold = `${alert.type} ${alert.threshold}`;
  if (month.toldThresholds.has(threshold)) return nothing(`told before; ${words}`);
  const isSpent = alert.type === "ACTUAL" && alert.share >= 100;
  return {
    action: "tell-of-budget",
    month: sentAt,
    threshold,
    subject: `Moonbase: ${words}`,
    lines: [
      `AWS Budgets at ${sentAt.toISOString()}: ${words}.`,
      isSpent
        ? 'Sessions that are up end with five minutes\' notice, and are saved. Until the month is over, or monthlyBudget is raised, a launch needs "force": true.'
        : "Nothing is stopped because of this.",
      "AWS counts hours late; npx moonbase cost shows what our own books say.",
    ],
    reason: words,
  };
}
