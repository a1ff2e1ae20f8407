import { type KeptVolume, severalInWords } from "../session/volumes.ts";

/** Where a machine has to be launched, so that its volume can be attached: undefined is anywhere. */
export type Place = { action: "anywhere" } | { action: "in-zone"; zone: string } | Refusal;
interface Refusal {
  action: "refuse";
  reason: string;
}

/** What to do next about the volume of a machine, and why. Nothing here calls anything. */
export type VolumeStep =
  | { action: "create" | "wait"; reason: string }
  | { action: "attach" | "done"; volume: KeptVolume; reason: string }
  | Refusal;

const refuse = (reason: string): Refusal => ({ action: "refuse", reason });

/** Before there is a machine: a volume stays in its zone, and a machine that could not have it is not launched. */
export function decideOnPlace(
  blueprint: string,
  volumes: readonly KeptVolume[],
  configuredZone: string | null,
): Place {
  const [volume, ...others] = volumes;
  if (volume === undefined) {
    return configuredZone === null ? { action: "anywhere" } : { action: "in-zone", zone: configuredZone };
  }
  if (others.length > 0) return refuse(severalInWords(blueprint, volumes));
  const against = whyUnusable(volume) ?? whyTaken(volume, undefined);
  return against === undefined ? { action: "in-zone", zone: volume.zone } : refuse(against);
}

/** The same where a new volume takes its place: the old one may be broken or far, and must not be in use. */
export function decideOnRestorePlace(
  volumes: readonly KeptVolume[],
  asked: string | undefined,
  configuredZone: string | null,
): Place {
  const against = volumes.map((volume) => whyTaken(volume, undefined)).find((reason) => reason !== undefined);
  if (against !== undefined) return refuse(against);
  const zone = asked ?? volumes[0]?.zone ?? configuredZone;
  return zone === null ? { action: "anywhere" } : { action: "in-zone", zone };
}

export interface VolumeFacts {
  blueprint: string;
  volumes: readonly KeptVolume[];
  machine: { instanceId: string; zone: string; launchedAt: string };
  /** The machine's state in EC2's own words; undefined: EC2 does not know it, or not yet. */
  machineState: string | undefined;
}

/** A volume is there within seconds; a machine is running within a minute or two. */
const patienceMilliseconds = 5 * 60_000;

/** One look at the volume of a machine that is coming up. */
export function decideOnVolume(facts: VolumeFacts, now: Date): VolumeStep {
  const { blueprint, volumes, machine, machineState } = facts;
  const [volume, ...others] = volumes;
  if (others.length > 0) return refuse(severalInWords(blueprint, volumes));
  if (machineState !== undefined && !["pending", "running"].includes(machineState)) {
    return refuse(`machine ${machine.instanceId} is ${machineState}`);
  }
  if (volume?.attachedTo === machine.instanceId) {
    return { action: "done", volume, reason: `volume ${volume.id} is attached to ${machine.instanceId}` };
  }
  const step = nextStep(facts, volume);
  const isLate = now.getTime() - Date.parse(machine.launchedAt) > patienceMilliseconds;
  return step.action === "wait" && isLate ? refuse(`${step.reason}, and that takes too long`) : step;
}

function nextStep({ machine, machineState }: VolumeFacts, volume: KeptVolume | undefined): VolumeStep {
  if (volume === undefined) return { action: "create", reason: `there is no volume yet in ${machine.zone}` };
  const against = whyUnusable(volume) ?? whyTaken(volume, machine.instanceId) ?? whyFar(volume, machine.zone);
  if (against !== undefined) return refuse(against);
  if (volume.state !== "available")
    return { action: "wait", reason: `volume ${volume.id} is ${volume.state}` };
  // EC2 attaches nothing to a machine that is not up yet.
  if (machineState !== "running") {
    return { action: "wait", reason: `machine ${machine.instanceId} is ${machineState ?? "not known yet"}` };
  }
  return { action: "attach", volume, reason: `volume ${volume.id} is free in ${volume.zone}` };
}

function whyUnusable({ id, state, encrypted }: KeptVolume): string | undefined {
  if (state === "error") return `volume ${id} is in state error: restore a snapshot of it`;
  if (encrypted) return undefined;
  return `volume ${id} is not encrypted and is not used: copy a snapshot of it with encryption, and make the volume from that`;
}

const whyTaken = ({ id, attachedTo }: KeptVolume, mine: string | undefined): string | undefined =>
  attachedTo === undefined || attachedTo === mine
    ? undefined
    : `volume ${id} is attached to machine ${attachedTo}; end its session first`;

/** Two launches that began together may both have found no volume. */
const whyFar = ({ id, zone }: KeptVolume, mine: string): string | undefined =>
  zone === mine ? undefined : `volume ${id} is in ${zone} and the machine in ${mine}; launch again`;
