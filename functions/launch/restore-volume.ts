import { CreateTagsCommand, CreateVolumeCommand, DeleteTagsCommand } from "@aws-sdk/client-ec2";
import type { VolumeAttached } from "../../workflows/launch.contract.ts";
import { ec2 } from "../session/clients.ts";
import { settings } from "../session/settings.ts";
import { keptSnapshots } from "../session/snapshots.ts";
import { sessionTags, tagKeys } from "../session/tags.ts";
import { keptVolumes, volumesMadeBy } from "../session/volumes.ts";

export interface Restore {
  session: string;
  blueprint: string;
  snapshot: string;
  zone: string;
}

/**
 * Makes a volume from a snapshot, and has it take the place of the one that there is. One look and one thing at a time.
 * Until it is whole it bears the session's name, so that the end of a launch that failed takes it away; the old one keeps
 * its place until then, and is only put aside. Undefined: it has taken the place, and is a volume like any other.
 */
export async function restoreVolume(restore: Restore): Promise<VolumeAttached | undefined> {
  const { session, blueprint, snapshot } = restore;
  const [made] = await volumesMadeBy(session);
  if (made === undefined) {
    const known = (await keptSnapshots(blueprint)).find(({ id }) => id === snapshot);
    if (known?.state !== "completed")
      return impossible(`volumeSnapshot: ${snapshot} ${whyNot(known?.state)}`);
    await make(restore);
    return notYet(`a volume is made from ${snapshot} in ${restore.zone}`);
  }
  const kept = await keptVolumes(blueprint);
  if (kept.some(({ id }) => id === made.id)) return undefined;
  if (made.state === "error")
    return impossible(`volume ${made.id}, made from ${snapshot}, is in state error`);
  if (made.state !== "available") return notYet(`volume ${made.id} is ${made.state}`);
  const taken = kept.find(({ attachedTo }) => attachedTo !== undefined);
  if (taken !== undefined) return impossible(`volume ${taken.id} is attached to machine ${taken.attachedTo}`);
  await putInPlace(
    made.id,
    kept.map(({ id }) => id),
    blueprint,
  );
  return notYet(`volume ${made.id} takes the place of ${kept.map(({ id }) => id).join(", ") || "none"}`);
}

const notYet = (message: string): VolumeAttached => ({ outcome: "not-yet", message });
const impossible = (message: string): VolumeAttached => ({ outcome: "not-possible", message });

const whyNot = (state: string | undefined) =>
  state === undefined
    ? "is not accepted (allowed: a snapshot of the backup volume that is ours)"
    : `is ${state} (allowed: one that is completed)`;

async function make({ session, blueprint, snapshot, zone }: Restore): Promise<void> {
  const { stage } = settings();
  await ec2.send(
    new CreateVolumeCommand({
      ...{ ClientToken: `${stage}-${session}-volume`, SnapshotId: snapshot, AvailabilityZone: zone },
      ...{ VolumeType: "gp3", Encrypted: true },
      TagSpecifications: [
        {
          ResourceType: "volume",
          Tags: [
            ...sessionTags(stage, session),
            { Key: tagKeys.execution, Value: session },
            { Key: "Name", Value: `${stage}-${blueprint}` },
          ],
        },
      ],
    }),
  );
}

/**
 * The old ones first: there may be none for a moment, and never two. The session's name goes before the place is
 * taken: who ends the session just then must not take away what is in its place.
 */
async function putInPlace(id: string, old: string[], blueprint: string): Promise<void> {
  const put = (Resources: string[], Value: string) =>
    ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: tagKeys.volume, Value }] }));
  if (old.length > 0) await put(old, `${blueprint}-replaced`);
  await ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: tagKeys.session }] }));
  await put([id], blueprint);
}
