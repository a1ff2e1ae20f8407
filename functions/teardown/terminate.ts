import type { Termination } from "../../workflows/teardown.contract.ts";
import { idsOf, isGoing, isGone, machinesOf, terminateIds } from "../session/machines.ts";
import { stepOf } from "../session/step.ts";
import { findSession, updateSession } from "../session/store.ts";
import { isPatient } from "./patience.ts";

/** Asks every machine of the session to end, and says whether all of them have. */
export async function terminate(event: unknown): Promise<Termination> {
  const { session } = stepOf(event);
  const record = await findSession(session);
  const machines = await machinesOf(session, record);
  await terminateIds(idsOf(machines.filter((machine) => !isGoing(machine))));

  const look = machines.some((machine) => !isGone(machine)) ? await machinesOf(session, record) : machines;
  const remaining = look.filter((machine) => !isGone(machine));
  if (remaining.length === 0) {
    // What a machine cost ends here, however long the rest takes.
    await updateSession(
      session,
      { goneAt: new Date().toISOString() },
      { expression: "attribute_not_exists(goneAt)" },
    );
    return { outcome: "terminated", message: `${machines.length} machine(s) gone` };
  }
  const message = remaining.map(({ InstanceId, State }) => `${InstanceId} is ${State?.Name}`).join(", ");
  return { outcome: isPatient(event) ? "terminating" : "stuck", message };
}
