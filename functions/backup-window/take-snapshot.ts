import { CreateSnapshotCommand } from "@aws-sdk/client-ec2";
import * as z from "zod";
import { backupTarget } from "../../blueprints/backup-target.ts";
import type { SnapshotTaken } from "../../workflows/backup-window.contract.ts";
import { ec2 } from "../session/clients.ts";
import { settings } from "../session/settings.ts";
import { keptSnapshots } from "../session/snapshots.ts";
import { tagKeys } from "../session/tags.ts";
import { keptVolumes, severalInWords } from "../session/volumes.ts";

const request = z.object({ name: z.string() });

/**
 * Begins a snapshot of the volume; EC2 takes it as of now, however long it copies. EC2 knows no token for this: the
 * execution's name on a snapshot says that an attempt before has taken it.
 */
export async function takeSnapshot(event: unknown): Promise<SnapshotTaken> {
  const { name } = request.parse(event);
  const blueprint = backupTarget.name;
  const volumes = await keptVolumes(blueprint);
  const [volume, ...others] = volumes;
  if (volume === undefined) return none("nothing", "there is no volume yet");
  if (others.length > 0) return none("refused", severalInWords(blueprint, volumes));

  const earlier = (await keptSnapshots(blueprint)).find(({ execution }) => execution === name);
  const snapshot = earlier?.id ?? (await create(volume.id, name));
  return { outcome: "taken", message: `snapshot ${snapshot} of volume ${volume.id}`, snapshot };
}

const none = (outcome: "nothing" | "refused", message: string): SnapshotTaken => ({
  outcome,
  message,
  snapshot: "",
});

async function create(volume: string, execution: string): Promise<string> {
  const { stage } = settings();
  const tags = {
    [tagKeys.stage]: stage,
    [tagKeys.volume]: backupTarget.name,
    [tagKeys.execution]: execution,
    Name: `${stage}-${backupTarget.name}`,
  };
  const { SnapshotId } = await ec2.send(
    new CreateSnapshotCommand({
      VolumeId: volume,
      Description: `moonbase ${stage}: backup volume`,
      TagSpecifications: [
        { ResourceType: "snapshot", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
      ],
    }),
  );
  if (SnapshotId === undefined) throw new Error(`EC2 named no snapshot of volume ${volume}`);
  return SnapshotId;
}
