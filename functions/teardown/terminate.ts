import type { Termination } from "../../workflows/teardown.contract.ts";
import { findMachines, idsOf, isGoing, isGone, terminateIds } from "../session/machines.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { sessionFilters } from "../session/tags.ts";
import { isPatient } from "./patience.ts";

/** Asks every machine of the session to end, and says whether all of them have. */
export async function terminate(event: unknown): Promise<Termination> {
  const { session } = stepOf(event);
  const machines = await findMachines(sessionFilters(settings().stage, session));
  await terminateIds(idsOf(machines.filter((machine) => !isGoing(machine))));

  const remaining = machines.some((machine) => !isGone(machine))
    ? (await findMachines(sessionFilters(settings().stage, session))).filter((machine) => !isGone(machine))
    : [];
  if (remaining.length === 0) return { outcome: "terminated", message: `${machines.length} machine(s) gone` };
  const message = remaining.map(({ InstanceId, State }) => `${InstanceId} is ${State?.Name}`).join(", ");
  return { outcome: isPatient(event) ? "terminating" : "stuck", message };
}
