import { isGoing, machinesOf } from "./machines.ts";
import type { SessionRecord } from "./record.ts";

/** Whether the session's machine has ended or is ending, as EC2 says. EC2 forgets a machine an hour after its end. */
export async function hasMachineGone(record: SessionRecord): Promise<boolean> {
  const machines = await machinesOf(record.id, record);
  const own = machines.filter(({ InstanceId }) => InstanceId === record.machine?.instanceId);
  return own.every(isGoing);
}
