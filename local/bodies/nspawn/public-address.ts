import { createHash } from "node:crypto";
import { AllocateAddressCommand, AssociateAddressCommand, ReleaseAddressCommand } from "@aws-sdk/client-ec2";
import type { Clients } from "../../clients.ts";
import type { Machine } from "../body.ts";

export interface PublicAddress {
  readonly address: string;
  /** Gives it back at the engine. */
  readonly release: () => Promise<void>;
}

/**
 * The public address of a machine. EC2 gives one in a default subnet; the engine's fleets give none, so an Elastic
 * address takes its place (`leftOutByBodies.nspawn.network`), which EC2 reports in the same field.
 */
export async function publicAddressOf({ ec2 }: Clients, machine: Machine): Promise<PublicAddress> {
  const { instanceId, publicAddress } = machine;
  if (publicAddress !== undefined) return { address: publicAddress, release: async () => undefined };
  const address = addressFor(instanceId);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: "vpc", Address: address }));
  const release = async () => {
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
  };
  try {
    await ec2.send(new AssociateAddressCommand({ AllocationId, InstanceId: instanceId }));
  } catch (error) {
    await release();
    throw error;
  }
  return { address, release };
}

/** From the upper half of the addresses that are kept for tests between networks: nobody's on the internet. */
function addressFor(instanceId: string): string {
  const [one = 0, two = 0] = createHash("sha256").update(instanceId).digest();
  // Neither .0 nor .255, which some programs refuse.
  return `198.19.${one}.${(two % 254) + 1}`;
}
