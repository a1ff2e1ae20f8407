import { paginateDescribeVolumes, type Volume } from "@aws-sdk/client-ec2";
import { ec2 } from "./clients.ts";
import { settings } from "./settings.ts";
import { tagKeys } from "./tags.ts";

/** A volume that outlives its machines, as EC2 shows it. */
export interface KeptVolume {
  id: string;
  zone: string;
  gib: number;
  /** In EC2's own words: creating, available, in-use, error. */
  state: string;
  encrypted: boolean;
  /** The machine that has it, or is about to. */
  attachedTo: string | undefined;
}

/** Found by tag and by nothing else, so that one that was restored or moved by hand is adopted. As a rule there is one. */
export const keptVolumes = (blueprint: string): Promise<KeptVolume[]> =>
  volumesWith(tagKeys.volume, blueprint);

/** What an execution has made, whether or not it has its place yet. */
export const volumesMadeBy = (execution: string): Promise<KeptVolume[]> =>
  volumesWith(tagKeys.execution, execution);

async function volumesWith(key: string, value: string): Promise<KeptVolume[]> {
  const Filters = [
    { Name: `tag:${tagKeys.stage}`, Values: [settings().stage] },
    { Name: `tag:${key}`, Values: [value] },
  ];
  const found: KeptVolume[] = [];
  for await (const { Volumes } of paginateDescribeVolumes({ client: ec2 }, { Filters })) {
    found.push(...(Volumes ?? []).filter(isThere).map(seen));
  }
  return found.toSorted((one, other) => one.id.localeCompare(other.id));
}

const isThere = ({ State }: Volume) => State !== "deleting" && State !== "deleted";

const seen = (volume: Volume): KeptVolume => ({
  id: volume.VolumeId ?? "",
  zone: volume.AvailabilityZone ?? "",
  gib: volume.Size ?? 0,
  state: volume.State ?? "unknown",
  encrypted: volume.Encrypted === true,
  attachedTo: volume.Attachments?.find(({ State }) => State !== "detached" && State !== "detaching")
    ?.InstanceId,
});

/** More than one is for a person to decide about: each may hold the only copy of something. */
export const severalInWords = (blueprint: string, volumes: readonly KeptVolume[]): string =>
  `there is more than one volume of ${blueprint}: ${volumes.map(({ id, zone }) => `${id} in ${zone}`).join(", ")}; take the tag ${tagKeys.volume} off those that are not to be used`;
