export interface BudgetFacts {
  /** US dollars, all of them. */
  spent: number;
  estimate: number;
  budget: number;
  force: boolean;
}

export interface BudgetDecision {
  action: "admit" | "refuse";
  reason: string;
}

/** Would this session, at its dearest, break the month's budget? The operator may insist. */
export function judgeBudget({ spent, estimate, budget, force }: BudgetFacts): BudgetDecision {
  const figures = `$${spent.toFixed(2)} spent this month, $${estimate.toFixed(2)} more at most, budget $${budget.toFixed(2)}`;
  if (spent + estimate <= budget) return { action: "admit", reason: figures };
  if (force) return { action: "admit", reason: `forced: ${figures}` };
  return {
    action: "refuse",
    reason: `the budget would be broken: ${figures}; ask for fewer minutes, or set force`,
  };
}
