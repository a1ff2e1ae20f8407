import type { Blueprint } from "../../blueprints/index.ts";
import { besidesHourly, onDemandPrice } from "../../blueprints/prices.ts";
import { kindOf } from "./choices.ts";
import { regionOf } from "./links.ts";
import type { Machine, SessionRecord } from "./record.ts";

/** EC2 bills Linux by the second, and never less than one minute. */
const leastBilledSeconds = 60;

/** A ten-thousandth of a dollar is finer than any bill. */
export const toBillable = (dollars: number) => Math.round(dollars * 10_000) / 10_000;

/** The most a session can cost, in US dollars: its dearest type, on demand, until its runtime is over. */
export function highestCost(blueprint: Blueprint, minutes: number, region: string): number {
  const dearest = Math.max(...blueprint.instanceTypes.map((type) => onDemandPrice(type, region)));
  return toBillable((minutes / 60) * (dearest + besidesHourly(blueprint.storage.rootGiB, region)));
}

/** Hours are hours, money is US dollars. */
export interface Cost {
  hours: number;
  cost: number;
  onDemandCost: number;
}

/** What a machine's life cost, with its address and volume, and what it would have cost on demand. */
export function costOf(machine: Machine | undefined, blueprint: Blueprint, region: string, end: Date): Cost {
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

/** What a session cost, or has cost until now. */
export function costSoFar(record: SessionRecord, now: Date): Cost {
  if (record.ending !== undefined) {
    const { hours, cost, onDemandCost } = record.ending;
    return { hours, cost, onDemandCost };
  }
  const end = record.goneAt === undefined ? now : new Date(record.goneAt);
  return costOf(record.machine, kindOf(record), regionOf(record.launchExecution), end);
}

/** How much less was paid than on demand, in whole percent. */
export const savedPercent = ({ cost, onDemandCost }: Cost): number =>
  onDemandCost === 0 ? 0 : Math.round((1 - cost / onDemandCost) * 100);

/** Dollars as people read them; a ten-thousandth is finer than any bill. */
export const dollars = (amount: number): string => `$${amount.toFixed(amount < 0.1 ? 4 : 2)}`;
