import { AttachVolumeCommand, CreateVolumeCommand } from "@aws-sdk/client-ec2";
import { blueprintNamed } from "../../blueprints/index.ts";
import type { VolumeAttached } from "../../workflows/launch.contract.ts";
import { ec2 } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { whileLaunching } from "../session/fence.ts";
import { log } from "../session/log.ts";
import { findMachines } from "../session/machines.ts";
import type { Machine, SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { always, getSession, updateSession } from "../session/store.ts";
import { tagKeys } from "../session/tags.ts";
import { type KeptVolume, keptVolumes } from "../session/volumes.ts";
import { restoreVolume } from "./restore-volume.ts";
import { decideOnVolume } from "./volume-decision.ts";

/** Nitro machines name the device themselves; EC2 wants a name all the same. */
const deviceName = "/dev/sdf";

/**
 * Gives the machine the volume that outlives it: the one that there is, or a new one. One look and one call at a time:
 * the workflow comes back until it is attached. The machine itself may do none of this.
 */
export async function attachVolume(event: unknown): Promise<VolumeAttached> {
  const { session } = stepOf(event);
  const record = await getSession(session);
  // A session that is ready has its volume.
  let answer: VolumeAttached = { outcome: "attached", message: "attached before" };
  await whileLaunching(session, async () => {
    answer = await takeStep(record);
  });
  return answer;
}

async function takeStep(record: SessionRecord): Promise<VolumeAttached> {
  const { id: session, blueprint, machine, requestedAt, volumeSnapshot: snapshot } = record;
  if (machine === undefined) throw new Error(`session "${session}" has no machine to attach a volume to`);
  if (snapshot !== undefined) {
    const restoring = await restoreVolume({ session, blueprint, snapshot, zone: machine.zone });
    if (restoring !== undefined) return restoring;
  }
  const [instance] = await findMachines([{ Name: "instance-id", Values: [machine.instanceId] }]);
  const volumes = await keptVolumes(blueprintNamed(blueprint).name);
  const machineState = instance?.State?.Name;
  const step = decideOnVolume({ blueprint, volumes, machine, machineState }, new Date());
  log.info("volume", { action: step.action, reason: step.reason });
  switch (step.action) {
    case "create":
      await create(blueprint, machine, requestedAt);
      return notYet(step.reason);
    case "attach":
      await attach(session, step.volume, machine);
      return notYet(step.reason);
    case "wait":
      return notYet(step.reason);
    case "done":
      await remember(session, step.volume);
      return { outcome: "attached", message: step.reason };
    case "refuse":
      return { outcome: "not-possible", message: step.reason };
  }
}

const notYet = (message: string): VolumeAttached => ({ outcome: "not-yet", message });

/**
 * Made with one token a day, whoever asks: two launches that both find no volume get the same one. Asked for
 * differently with it, EC2 says that there is one already, and the next look finds it.
 */
async function create(blueprint: string, { zone }: Machine, requestedAt: string): Promise<void> {
  const { stage, backupTarget } = settings();
  if (backupTarget === null) throw new Error(`${blueprint} is not configured here`);
  const tags = { [tagKeys.stage]: stage, [tagKeys.volume]: blueprint, Name: `${stage}-${blueprint}` };
  const command = new CreateVolumeCommand({
    ClientToken: `${stage}-${blueprint}-${requestedAt.slice(0, 10)}`,
    AvailabilityZone: zone,
    Size: backupTarget.sizeGiB,
    VolumeType: "gp3",
    Encrypted: true,
    TagSpecifications: [
      { ResourceType: "volume", Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  });
  await unless(["IdempotentParameterMismatch"], () => ec2.send(command));
}

/** Written down first: whoever ends the session takes it off again. Another that was faster is seen at the next look. */
async function attach(session: string, volume: KeptVolume, { instanceId }: Machine): Promise<void> {
  await remember(session, volume);
  const command = new AttachVolumeCommand({
    VolumeId: volume.id,
    InstanceId: instanceId,
    Device: deviceName,
  });
  await unless(["VolumeInUse", "IncorrectState"], () => ec2.send(command));
}

const remember = (session: string, { id, gib }: KeptVolume) =>
  updateSession(session, { volume: { id, gib } }, always);
