import { customerKeyMonthly, volumeMonthlyPrice } from "../../blueprints/prices.ts";
import type { Deployment } from "./deployment.ts";

/** Something that costs money while nothing runs, in US dollars a month. */
export interface StandingCost {
  readonly what: string;
  readonly dollars: number;
}

/** What a deployment costs by the month although no machine is up: what the operator has turned on, item by item. */
export const standingCosts = (
  { ownKey, backupTarget }: Pick<Deployment, "ownKey" | "backupTarget">,
  region: string,
): StandingCost[] => [
  ...(ownKey ? [{ what: "your own KMS key", dollars: customerKeyMonthly }] : []),
  ...(backupTarget === null
    ? []
    : [
        {
          what: `the backup target's ${backupTarget.sizeGiB} GiB, without its snapshots`,
          dollars: volumeMonthlyPrice(backupTarget.sizeGiB, region),
        },
      ]),
];
