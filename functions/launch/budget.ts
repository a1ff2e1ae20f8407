export interface AdmissionFacts {
  /** US dollars: of sessions that ended this month, of live ones at most, of this one at most. */
  spent: number;
  committed: number;
  estimate: number;
  budget: number;
  /** Live sessions, and how many there may be. */
  live: number;
  places: number;
  force: boolean;
  /** When AWS said that this month's budget is spent. */
  budgetReachedAt?: string | undefined;
}

export interface AdmissionDecision {
  action: "admit" | "refuse";
  reason: string;
}

/** Is there a place, and would this session at its dearest break the month's budget? The operator may insist on that. */
export function judgeAdmission(facts: AdmissionFacts): AdmissionDecision {
  const { spent, committed, estimate, budget, live, places, force, budgetReachedAt } = facts;
  if (live >= places) {
    return {
      action: "refuse",
      reason: `${live} sessions are live, and maximumSessions is ${places}; end one first`,
    };
  }
  if (budgetReachedAt !== undefined && !force) {
    return {
      action: "refuse",
      reason: `this month's budget is spent, as AWS said at ${budgetReachedAt}; wait for the next month, raise monthlyBudget, or set force`,
    };
  }
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  const figures = `${dollars(spent)} spent this month, ${dollars(committed)} more at most by live sessions, ${dollars(estimate)} by this one, monthlyBudget ${dollars(budget)}`;
  if (spent + committed + estimate <= budget) return { action: "admit", reason: figures };
  if (force) return { action: "admit", reason: `forced: ${figures}` };
  return {
    action: "refuse",
    reason: `the budget would be broken: ${figures}; ask for fewer minutes, or set force`,
  };
}
