/** What AWS Budgets says, as far as a machine can read it. Shares of the budget are in percent. */
export interface BudgetAlert {
  /** The name of the budget; unknown when the message names none. */
  budget: string | undefined;
  /** Spent, or only foreseen. */
  type: "ACTUAL" | "FORECASTED";
  threshold: number;
  /** At least the threshold; more when the message came late and says so. */
  share: number;
  /** Whether all of it was read. What was not read is taken for the worst. */
  understood: boolean;
}

const field = (message: string, name: string, value: string): string | undefined =>
  new RegExp(`^\\s*${name}:\\s*${value}\\s*$`, "im").exec(message)?.[1];

const amount = "\\$?\\s*([\\d,]+(?:\\.\\d+)?)";
const toNumber = (text: string | undefined): number =>
  text === undefined ? Number.NaN : Number(text.replaceAll(",", ""));

/**
 * AWS Budgets has no event, only prose for people, with lines such as
 *
 *     Budget Name: moonbase-monthly
 *     Budgeted Amount: $2.00
 *     Alert Type: ACTUAL
 *     Alert Threshold: > $1.00
 *     ACTUAL Amount: $1.05
 *
 * Prose changes. What cannot be read means that everything is spent: money that is gone does not come back, a session
 * that is saved and ended does.
 */
export function readAlert(message: string): BudgetAlert {
  const type = field(message, "Alert Type", "(ACTUAL|FORECASTED)")?.toUpperCase();
  const budgeted = toNumber(field(message, "Budgeted Amount", amount));
  const percent = toNumber(field(message, "Alert Threshold", ">=?\\s*([\\d,]+(?:\\.\\d+)?)\\s*%"));
  const dollars = toNumber(field(message, "Alert Threshold", `>=?\\s*${amount}`));
  const reached = toNumber(field(message, `${type ?? "ACTUAL"} Amount`, amount));

  const told = percent >= 0 ? percent : shareOf(dollars, budgeted);
  const share = shareOf(reached, budgeted);
  const understood = type !== undefined && Number.isFinite(told);
  const threshold = understood ? told : 100;
  return {
    budget: field(message, "Budget Name", "(.*\\S)"),
    type: type === "FORECASTED" ? "FORECASTED" : "ACTUAL",
    threshold,
    share: Number.isFinite(share) ? Math.max(threshold, share) : threshold,
    understood,
  };
}

/** In whole percent: a threshold is shown in cents, and a third of two dollars is none. */
const shareOf = (part: number, whole: number): number => Math.round((part / whole) * 100);
