import { paginateDescribeSnapshots, paginateDescribeVolumes } from "@aws-sdk/client-ec2";
import { backupTarget } from "../../../blueprints/backup-target.ts";
import { volumeMonthlyPrice } from "../../../blueprints/prices.ts";
import { dollars } from "../../../functions/session/cost.ts";
import { tagKeys } from "../../../functions/session/tags.ts";
import type { Context } from "../../context.ts";
import type { Ending } from "../../exit-codes.ts";
import { table } from "../../show/texts.ts";

/** `backup-target snapshots`: the volume with what it costs, and its snapshots, the newest first. */
export async function snapshots(context: Context): Promise<Ending> {
  await context.announce();
  const client = await context.clients.ec2();
  const { region } = await context.account();
  const Filters = [
    { Name: `tag:${tagKeys.stage}`, Values: [context.stage] },
    { Name: `tag:${tagKeys.volume}`, Values: [backupTarget.name] },
  ];
  const volumes = [];
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client }, { Filters })) {
    for (const { VolumeId = "", AvailabilityZone = "", Size = 0, State = "" } of Volumes) {
      volumes.push({ volume: VolumeId, zone: AvailabilityZone, gib: Size, state: State });
    }
  }
  const found = [];
  for await (const page of paginateDescribeSnapshots({ client }, { OwnerIds: ["self"], Filters })) {
    for (const { SnapshotId = "", VolumeId = "", StartTime, State = "", VolumeSize = 0 } of page.Snapshots ??
      []) {
      const startedAt = StartTime?.toISOString() ?? "";
      found.push({ snapshot: SnapshotId, volume: VolumeId, startedAt, state: State, gib: VolumeSize });
    }
  }
  found.sort((one, other) => other.startedAt.localeCompare(one.startedAt));
  const rows = found.map((each) => [
    each.snapshot,
    each.startedAt,
    each.state,
    `${each.gib} GiB`,
    each.volume,
  ]);
  const text = [
    ...(volumes.length === 0 ? ["There is no volume yet."] : []),
    ...volumes.map(
      ({ volume, gib, zone, state }) =>
        `volume ${volume}: ${gib} GiB in ${zone}, ${state}, about ${dollars(volumeMonthlyPrice(gib, region))} a month`,
    ),
    rows.length === 0
      ? "There is no snapshot."
      : table([["SNAPSHOT", "TAKEN", "STATE", "SIZE", "OF"], ...rows]),
  ];
  context.screen.result({ volumes, snapshots: found }, text.join("\n"));
  return "done";
}
