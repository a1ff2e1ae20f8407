import * as z from "zod";

/**
 * The one price table: US dollars, on-demand Linux, as of 2026-11-20. The source is AWS's list at
 * https://aws.amazon.com/ec2/pricing/on-demand/ and https://aws.amazon.com/vpc/pricing/; the figures were written down
 * from knowledge of it, not read off the page that day. Spot is read from EC2 at launch; this is its yardstick.
 */

/** The instance types that have a price; a blueprint may name no other. */
export const instanceType = z.enum([
  "t3.small",
  "t3.micro",
  "t4g.micro",
  "t4g.small",
  "c6gd.medium",
  "m6gd.medium",
  "c7gd.medium",
  "m7gd.medium",
  "c5d.large",
  "c6id.large",
  "m5d.large",
  "m6id.large",
]);
export type InstanceType = z.infer<typeof instanceType>;

/** Dollars an hour by instance type, then region. */
const onDemandHourly: Record<InstanceType, Record<string, number>> = {
  "t3.small": { "us-east-1": 0.0208, "us-west-1": 0.0248, "eu-west-1": 0.0228 },
  "t3.micro": { "us-east-1": 0.0104, "us-west-1": 0.0124, "eu-west-1": 0.0114 },
  "t4g.micro": { "us-east-1": 0.0084, "us-west-1": 0.01, "eu-west-1": 0.0092 },
  "t4g.small": { "us-east-1": 0.0168, "us-west-1": 0.02, "eu-west-1": 0.0184 },
  "c6gd.medium": { "us-east-1": 0.0384, "us-west-1": 0.0478, "eu-west-1": 0.0438 },
  "m6gd.medium": { "us-east-1": 0.0452, "us-west-1": 0.0534, "eu-west-1": 0.0505 },
  "c7gd.medium": { "us-east-1": 0.0454, "us-west-1": 0.0566, "eu-west-1": 0.0518 },
  "m7gd.medium": { "us-east-1": 0.0534, "us-west-1": 0.0631, "eu-west-1": 0.0597 },
  "c5d.large": { "us-east-1": 0.096, "us-west-1": 0.12, "eu-west-1": 0.109 },
  "c6id.large": { "us-east-1": 0.1008, "us-west-1": 0.126, "eu-west-1": 0.1145 },
  "m5d.large": { "us-east-1": 0.113, "us-west-1": 0.133, "eu-west-1": 0.126 },
  "m6id.large": { "us-east-1": 0.1187, "us-west-1": 0.1397, "eu-west-1": 0.1323 },
};

/** A public IPv4 address, dollars an hour, the same in every region, used or idle. */
export const publicAddressHourly = 0.005;

/** A customer's own KMS key, dollars a month, the same in every region; https://aws.amazon.com/kms/pricing/. */
export const customerKeyMonthly = 1;

/** gp3 storage, dollars per GiB and month. */
const volumeMonthly: Record<string, number> = { "us-east-1": 0.08, "us-west-1": 0.096, "eu-west-1": 0.088 };

const hoursPerMonth = 730;

/** A region that is missing from the table is priced as the dearest one that is in it: better too high than free. */
function inRegion(byRegion: Record<string, number>, region: string): number {
  return byRegion[region] ?? Math.max(...Object.values(byRegion));
}

/** On-demand price of one machine, dollars an hour. */
export function onDemandPrice(type: InstanceType, region: string): number {
  return inRegion(onDemandHourly[type], region);
}

/** What a machine costs besides the machine itself: its address and root volume, dollars an hour. */
export function besidesHourly(rootGiB: number, region: string): number {
  return publicAddressHourly + (rootGiB * inRegion(volumeMonthly, region)) / hoursPerMonth;
}
