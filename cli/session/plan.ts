import type { Blueprint } from "../../blueprints/index.ts";

/** What is going to be launched; nothing of it exists yet. */
export interface Plan {
  readonly session: string;
  readonly blueprint: Blueprint;
  /** Another one than the configured; undefined: that one. */
  readonly variant: string | undefined;
  readonly minutes: number;
  /** Whether a key is made for it. */
  readonly key: boolean;
  /** Who comes in; none: no port is opened. */
  readonly sourceCidr: string | undefined;
  /** What its home is made of; the workflow says what is allowed. */
  readonly restore: string | undefined;
  readonly force: boolean;
  /** Who asks; undefined where neither AWS nor the system knows. */
  readonly requestedBy: string | undefined;
  readonly detach: boolean;
  /** US dollars. */
  readonly highestCost: number;
}

/** What is given to the workflow; the key is made at the last moment. */
export function launchInput(plan: Plan, publicKey: string | undefined) {
  return {
    blueprint: plan.blueprint.name,
    maximumRuntimeMinutes: plan.minutes,
    ...(plan.variant !== undefined && { variant: plan.variant }),
    ...(publicKey !== undefined && { publicKey }),
    ...(plan.sourceCidr !== undefined && { sourceCidr: plan.sourceCidr }),
    ...(plan.restore !== undefined && { restore: plan.restore }),
    ...(plan.force && { force: true }),
    ...(plan.requestedBy !== undefined && { requestedBy: plan.requestedBy }),
  };
}
