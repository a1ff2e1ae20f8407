import type { Blueprint } from "../../blueprints/index.ts";
import { besidesHourly, onDemandPrice } from "../../blueprints/prices.ts";
import type { Machine } from "./record.ts";

/** EC2 bills Linux by the second, and never less than one minute. */
const leastBilledSeconds = 60;

/** A ten-thousandth of a dollar is finer than any bill. */
export const toBillable = (dollars: number) => Math.round(dollars * 10_000) / 10_000;

/** The most a session can cost, in US dollars: its dearest type, on demand, until its runtime is over. */
export function highestCost(blueprint: Blueprint, minutes: number, region: string): number {
  const dearest = Math.max(...blueprint.instanceTypes.map((type) => onDemandPrice(type, region)));
  return toBillable((minutes / 60) * (dearest + besidesHourly(blueprint.storage.rootGiB, region)));
}

/** What a machine's life cost, with its address and volume, and what it would have cost on demand. */
export function costOf(machine: Machine | undefined, blueprint: Blueprint, region: string, end: Date) {
  if (machine === undefined) return { hours: 0, cost: 0, onDemandCost: 0 };
  const seconds = Math.max((end.getTime() - Date.parse(machine.launchedAt)) / 1000, leastBilledSeconds);
  const hours = seconds / 3600;
  const besides = besidesHourly(blueprint.storage.rootGiB, region);
  return {
    hours: Math.round(hours * 1000) / 1000,
    cost: toBillable(hours * ((machine.hourlyPrice ?? machine.onDemandHourlyPrice) + besides)),
    onDemandCost: toBillable(hours * (machine.onDemandHourlyPrice + besides)),
  };
}
