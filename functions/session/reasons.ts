import type { EndReason } from "../../workflows/teardown.contract.ts";

/** Why a session ends, as the end of a sentence: "it ends because …". In letters that a tag may have, too. */
export const reasonInWords: Readonly<Record<EndReason, string>> = {
  operator: "somebody asked for it",
  expired: "its time is over",
  budget: "the budget of this month is spent",
  interrupted: "spot takes its machine away",
  idle: "it is idle",
  "logged-out": "the last ssh session on it was closed",
  "work-done": "its work is done",
  "work-failed": "its work failed",
  "launch-failed": "its launch failed",
  "launch-stopped": "its launch was stopped",
  "machine-gone": "its machine is gone",
  swept: "the sweep found that nothing kept it alive",
};

/** Ends that a hold stands against, and that are over when somebody is back. */
export const idleness: readonly EndReason[] = ["idle", "logged-out"];

/** What an operator can do against an end that is announced; undefined: nothing but more money or a login. */
export function howToKeep(reason: EndReason, session: string): string | undefined {
  switch (reason) {
    case "idle":
    case "logged-out":
      return `npx moonbase hold ${session} 60`;
    case "expired":
      return `npx moonbase extend ${session} 60`;
    case "operator":
    case "budget":
    case "interrupted":
    case "work-done":
    case "work-failed":
    case "launch-failed":
    case "launch-stopped":
    case "machine-gone":
    case "swept":
      return undefined;
  }
}
