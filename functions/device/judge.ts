import type { Device, DeviceInput } from "../../workflows/device.contract.ts";

export type DeviceDecision =
  | { action: "write"; device: Device; reason: string }
  | { action: "nothing" | "refuse"; reason: string };

const refuse = (reason: string): DeviceDecision => ({ action: "refuse", reason });

/** More would not fit into one look of the machine at its registry, and not beside one volume either. */
const mostDevices = 50;

/** What becomes of the registry. Nothing here calls anything. */
export function judgeDevice(input: DeviceInput, devices: readonly Device[], now: Date): DeviceDecision {
  const known = devices.find(({ name }) => name === input.name);
  return input.action === "revoke" ? revoke(input, known, now) : register(input, known, devices, now);
}

function revoke({ name }: DeviceInput, known: Device | undefined, now: Date): DeviceDecision {
  if (known === undefined) return refuse(`name: "${name}" is not registered`);
  if (known.publicKey === null) return { action: "nothing", reason: `device ${name} is revoked already` };
  const device = { ...known, publicKey: null, revokedAt: now.toISOString() };
  return { action: "write", device, reason: `device ${name} is revoked; what it has sent stays` };
}

/** The same name again changes key and options; what is left out stays as it was, so that a new key does not undo a guard. */
function register(
  { name, publicKey, appendOnly: wanted, quotaGiB: room }: DeviceInput,
  known: Device | undefined,
  devices: readonly Device[],
  now: Date,
): DeviceDecision {
  if (publicKey === undefined) return refuse("publicKey: missing (allowed: the device's own public key)");
  const twin = devices.find((other) => other.name !== name && keyOf(other.publicKey) === keyOf(publicKey));
  if (twin !== undefined) {
    return refuse(
      `publicKey: device ${twin.name} has that key already (allowed: a key of its own for each device)`,
    );
  }
  if (known === undefined && devices.length >= mostDevices) {
    return refuse(`name: there are ${devices.length} devices already (allowed: ${mostDevices})`);
  }
  const registeredAt = known?.registeredAt ?? now.toISOString();
  const appendOnly = wanted ?? known?.appendOnly ?? false;
  const quotaGiB = room ?? known?.quotaGiB ?? null;
  const device = { name, publicKey, appendOnly, quotaGiB, registeredAt, revokedAt: null };
  if (known !== undefined && JSON.stringify(known) === JSON.stringify(device)) {
    return {
      action: "nothing",
      reason: `device ${name} is registered already, with the same key and options`,
    };
  }
  return {
    action: "write",
    device,
    reason: `device ${name} is ${known === undefined ? "registered" : "changed"}`,
  };
}

/** Without its comment, which is the operator's own. */
const keyOf = (line: string | null) => line?.split(" ")[1];
