import { DescribeSpotPriceHistoryCommand, type Instance } from "@aws-sdk/client-ec2";
import type { Market } from "../../blueprints/index.ts";
import { instanceType, onDemandPrice } from "../../blueprints/prices.ts";
import { ec2 } from "../session/clients.ts";
import { nameOf } from "../session/errors.ts";
import { log } from "../session/log.ts";
import type { Machine } from "../session/record.ts";

/** A machine as EC2 shows it, in a fleet's reply or in a listing. */
export interface Sighting {
  instanceId: string;
  instanceType: string | undefined;
  zone: string;
  market: Market;
  launchedAt: Date;
}

export const sightingOf = (instance: Instance): Sighting => ({
  instanceId: instance.InstanceId ?? "",
  instanceType: instance.InstanceType,
  zone: instance.Placement?.AvailabilityZone ?? "unknown",
  market: instance.InstanceLifecycle === "spot" ? "spot" : "on-demand",
  launchedAt: instance.LaunchTime ?? new Date(),
});

/** What the record keeps of a machine, with the prices that its account will need. */
export async function priced(sighting: Sighting, region: string): Promise<Machine> {
  const type = instanceType.parse(sighting.instanceType);
  const onDemandHourlyPrice = onDemandPrice(type, region);
  return {
    ...sighting,
    instanceType: type,
    launchedAt: sighting.launchedAt.toISOString(),
    hourlyPrice: sighting.market === "spot" ? await spotPrice(type, sighting.zone) : onDemandHourlyPrice,
    onDemandHourlyPrice,
  };
}

/** The spot price of now, dollars an hour; null when EC2 does not say. A price is not worth a failed launch. */
async function spotPrice(type: Machine["instanceType"], zone: string): Promise<number | null> {
  try {
    const { SpotPriceHistory } = await ec2.send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: [type],
        AvailabilityZone: zone,
        ProductDescriptions: ["Linux/UNIX"],
        StartTime: new Date(),
        MaxResults: 1,
      }),
    );
    const price = Number(SpotPriceHistory?.[0]?.SpotPrice);
    return Number.isFinite(price) ? price : null;
  } catch (error) {
    log.warn("spot price unknown", { error: nameOf(error) });
    return null;
  }
}
