/**
 * What a fleet's refusal means, told by the error's name.
 * - capacity: this pool has none at our price now; another market or a later try may
 * - quota: the account may not have more of this; the operator must ask AWS
 * - pool: this type does not exist in this zone; harmless beside others
 * - permanent: asking again gives the same answer
 */
export type Refusal = "capacity" | "quota" | "pool" | "permanent";

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
const refusals: Record<string, Refusal> = {
  InsufficientInstanceCapacity: "capacity",
  InsufficientHostCapacity: "capacity",
  InsufficientCapacity: "capacity",
  InsufficientFreeAddressesInSubnet: "capacity",
  UnfulfillableCapacity: "capacity",
  SpotMaxPriceTooLow: "capacity",
  InternalError: "capacity",
  ServerInternal: "capacity",
  RequestLimitExceeded: "capacity",
  MaxSpotInstanceCountExceeded: "quota",
  VcpuLimitExceeded: "quota",
  InstanceLimitExceeded: "quota",
  Unsupported: "pool",
  InvalidFleetConfiguration: "pool",
};

export interface FleetError {
  code: string;
  message: string;
}

export interface Judgement {
  /** Whether the other market may answer otherwise. */
  tryOtherMarket: boolean;
  outcome: "no-capacity" | "not-possible";
  reason: string;
}

export const refusalOf = (code: string): Refusal => refusals[code] ?? "permanent";

/** Decides what an empty fleet reply means. One pool short of capacity outweighs any number of odd zones. */
export function judgeRefusals(errors: FleetError[]): Judgement {
  const kinds = new Set(errors.map(({ code }) => refusalOf(code)));
  const reason = [...new Map(errors.map(({ code, message }) => [code, `${code}: ${message}`])).values()]
    .slice(0, 3)
    .join("; ");
  if (errors.length === 0 || kinds.has("capacity")) {
    return {
      tryOtherMarket: true,
      outcome: "no-capacity",
      reason: reason || "EC2 gave no machine and no reason",
    };
  }
  if (kinds.has("permanent")) return { tryOtherMarket: false, outcome: "not-possible", reason };
  return { tryOtherMarket: true, outcome: kinds.has("quota") ? "not-possible" : "no-capacity", reason };
}
