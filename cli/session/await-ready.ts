import { executionLink } from "../../functions/session/links.ts";
import { type Launched, launched } from "../../workflows/launch.contract.ts";
import { CommandError } from "../command-error.ts";
import { follow } from "./executions.ts";
import type { Life } from "./life.ts";
import { phasesShown, stateShown } from "./phases.ts";

/** Follows a launch until the machine is ready. A launch that failed has had its teardown, so nothing is left to end. */
export async function awaitReady(
  { context, plan, interruption, progress }: Life,
  traces: { launch?: string },
): Promise<Launched> {
  const { session } = plan;
  const execution = traces.launch ?? "";
  const entered = stateShown(progress, "launch", session);
  const look = phasesShown(context, progress, session);
  const ended = await follow(context, execution, { entered, look, signal: interruption.begun });
  interruption.check();
  const { status, output, error, cause = "no reason was given" } = ended ?? {};
  if (status === "SUCCEEDED") return launched.parse(JSON.parse(output ?? "null"));
  const remedy = `npx moonbase why ${session}, docs/troubleshooting.md, or ${executionLink(execution)}`;
  switch (error) {
    case "Refused":
      delete traces.launch;
      throw new CommandError({ what: "the launch was refused", why: cause, ending: "refused" });
    case "LaunchFailed":
      delete traces.launch;
      throw new CommandError({
        what: `session "${session}" did not come up; what there was of it is gone again`,
        why: cause,
        remedy,
        ending: "launchFailed",
      });
    default:
      throw new CommandError({
        what: `session "${session}" did not come up (${status})`,
        why: cause,
        remedy,
        ending: "launchFailed",
      });
  }
}
