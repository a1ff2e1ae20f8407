import { customerKeyMonthly } from "../../blueprints/prices.ts";
import type { Deployment } from "./deployment.ts";

/** Something that costs money while nothing runs, in US dollars a month. */
export interface StandingCost {
  readonly what: string;
  readonly dollars: number;
}

/** What a deployment costs by the month although no machine is up: what the operator has turned on, item by item. */
export const standingCosts = ({ ownKey }: Pick<Deployment, "ownKey">): StandingCost[] =>
  ownKey ? [{ what: "your own KMS key", dollars: customerKeyMonthly }] : [];
