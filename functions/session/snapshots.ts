import { paginateDescribeSnapshots, type Snapshot } from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";
import { settings } from "./settings.ts";
import { tagKeys, tagValue } from "./tags.ts";

/** A snapshot of a volume that outlives its machines, as EC2 shows it. */
export interface KeptSnapshot {
  id: string;
  volume: string;
  startedAt: Date;
  /** In EC2's own words: pending, completed, error. */
  state: string;
  progress: string;
  /** The execution that has taken it; undefined: somebody has, by hand. */
  execution: string | undefined;
}

/** By tag: all of the stage's snapshots of a blueprint's volumes, of those too that are gone. The newest come first. */
export async function keptSnapshots(blueprint: string): Promise<KeptSnapshot[]> {
  const Filters = [
    { Name: `tag:${tagKeys.stage}`, Values: [settings().stage] },
    { Name: `tag:${tagKeys.volume}`, Values: [blueprint] },
  ];
  const found: KeptSnapshot[] = [];
  for await (const page of paginateDescribeSnapshots({ client: ec2 }, { OwnerIds: ["self"], Filters })) {
    found.push(...(page.Snapshots ?? []).map(seen));
  }
  return found.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime());
}

const seen = (snapshot: Snapshot): KeptSnapshot => ({
  id: snapshot.SnapshotId ?? "",
  volume: snapshot.VolumeId ?? "",
  startedAt: snapshot.StartTime ?? new Date(0),
  state: snapshot.State ?? "unknown",
  progress: snapshot.Progress ?? "",
  execution: tagValue(snapshot.Tags, tagKeys.execution),
});
