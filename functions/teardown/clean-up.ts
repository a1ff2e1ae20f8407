import { DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  DetachVolumeCommand,
  ReleaseAddressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { DeleteParametersCommand } from "@aws-sdk/client-ssm";
import type { CleanedUp } from "../../workflows/teardown.contract.ts";
import { cloudwatch, ec2, ssm } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import type { SessionRecord } from "../session/record.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";
import { listResources } from "./resources.ts";

/** Gone already, or held by something that goes in its own time: the verification looks again and comes back. */
const notYet = [
  "InvalidNetworkInterfaceID.NotFound",
  "InvalidNetworkInterface.InUse",
  "InvalidParameterValue",
  "InvalidAllocationID.NotFound",
  "InvalidIPAddress.InUse",
  "InvalidVolume.NotFound",
  "InvalidAttachment.NotFound",
  "InvalidInstanceID.NotFound",
  "VolumeInUse",
  "IncorrectState",
  "InvalidSecurityGroupRuleId.NotFound",
  "InvalidGroup.NotFound",
  "DependencyViolation",
];

/** Removes everything of the session that is not a machine. One thing that cannot go keeps none of the others. */
export async function cleanUp(event: unknown): Promise<CleanedUp> {
  const { session } = stepOf(event);
  const { alarms, parameters, networkInterfaces, addresses, volumes, securityGroupRules, securityGroups } =
    await listResources(session);
  const removals: [string, () => Promise<unknown>][] = [
    ...takeOff(await findSession(session)),
    ...alarms.map((name) =>
      remove(name, () => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] }))),
    ),
    ...parameters.map((name) => remove(name, () => ssm.send(new DeleteParametersCommand({ Names: [name] })))),
    ...networkInterfaces.map((id) =>
      remove(id, () => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id }))),
    ),
    // After the interfaces, which take an address's association with them.
    ...addresses.map((id) => remove(id, () => ec2.send(new ReleaseAddressCommand({ AllocationId: id })))),
    ...volumes.map((id) => remove(id, () => ec2.send(new DeleteVolumeCommand({ VolumeId: id })))),
    ...securityGroupRules.map(({ ruleId, groupId }) =>
      remove(ruleId, () =>
        ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: groupId, SecurityGroupRuleIds: [ruleId] })),
      ),
    ),
    ...securityGroups.map((id) =>
      remove(id, () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }))),
    ),
  ];
  const failures: string[] = [];
  for (const [what, call] of removals) {
    try {
      await unless(notYet, call);
    } catch (error) {
      failures.push(`${what}: ${nameOf(error)}`);
    }
  }
  if (failures.length > 0) throw new Error(`not removed: ${failures.join("; ")}`);
  return { outcome: "cleaned" };
}

/**
 * A volume that outlives the session comes off a machine that is gone by itself, in its own time. It is taken off, so
 * that the next machine need not wait for that; it is never deleted. EC2 forgets a machine that is gone, and its tags, by
 * which we may: a refusal is no reason to keep a session for ever.
 */
function takeOff({ volume, machine }: Partial<SessionRecord> = {}): [string, () => Promise<unknown>][] {
  if (volume === undefined || machine === undefined) return [];
  const what = { VolumeId: volume.id, InstanceId: machine.instanceId };
  const off = () => unless(gone, () => ec2.send(new DetachVolumeCommand(what)));
  return [remove(volume.id, off)];
}

/** The machine is terminated before this: whatever was attached to it comes off. */
const gone = [
  "UnauthorizedOperation",
  "IncorrectState",
  "InvalidInstanceID.NotFound",
  "InvalidVolume.NotFound",
];

const remove = (what: string, call: () => Promise<unknown>): [string, () => Promise<unknown>] => [what, call];
