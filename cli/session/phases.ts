import type { Context } from "../context.ts";
import type { Progress } from "../show/progress.ts";
import type { Entered } from "./executions.ts";
import { machinesOf } from "./machines.ts";

/** Shows each state that a workflow enters. */
export const stateShown =
  (progress: Progress, workflow: string, session: string) =>
  ({ state, at }: Entered): void =>
    progress.step(
      { event: "state", workflow, session, state, time: at.toISOString() },
      `${workflow} · ${state}`,
    );

/** Shows what the machine of a session says of itself. Call what it answers to look again. */
export function phasesShown(
  context: Pick<Context, "clients" | "stage">,
  progress: Progress,
  session: string,
): () => Promise<void> {
  let last: string | undefined;
  return async () => {
    const [machine] = await machinesOf(context, session);
    if (machine?.phase === undefined || machine.phase === last) return;
    last = machine.phase;
    progress.step({ event: "phase", session, phase: last }, `machine · ${last}`);
  };
}
