import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { explain, session as sessionField } from "../../workflows/fields.ts";
import { type Admission, launchInput } from "../../workflows/launch.contract.ts";
import { highestCost } from "../session/cost.ts";
import { freePlace, spentThisMonth, takePlace } from "../session/ledger.ts";
import { region, settings } from "../session/settings.ts";
import { createSession, findSession } from "../session/store.ts";
import { judgeBudget } from "./budget.ts";

const request = z.object({ session: z.string(), execution: z.string(), input: z.unknown() });
const refused = (message: string): Admission => ({ outcome: "refused", message });

/** Lets a launch in, or says which field, figure or other session stands against it. Nothing exists before this. */
export async function admit(event: unknown): Promise<Admission> {
  const { session, execution, input } = request.parse(event);
  const id = sessionField.safeParse(session);
  if (!id.success) {
    return refused(
      `execution name: ${JSON.stringify(session.slice(0, 60))} is not accepted (${id.error.issues[0]?.message})`,
    );
  }
  const parsed = launchInput.safeParse(input);
  if (!parsed.success) return refused(explain(parsed.error, input));

  const { publicKey, sourceCidr, force, ...wanted } = parsed.data;
  const blueprint = blueprintNamed(wanted.blueprint);
  const minutes = wanted.maximumRuntimeMinutes ?? blueprint.runtime.defaultMinutes;
  const now = new Date();

  const earlier = await findSession(session);
  if (earlier !== undefined) {
    return earlier.launchExecution === execution
      ? { outcome: "admitted", message: "admitted before" }
      : refused(`session "${session}" exists already; choose another execution name`);
  }

  const estimate = highestCost(blueprint, minutes, region());
  const budget = judgeBudget({
    spent: await spentThisMonth(now),
    estimate,
    budget: settings().monthlyBudget,
    force,
  });
  if (budget.action === "refuse") return refused(budget.reason);

  if (!(await takePlace(session, settings().maximumSessions))) {
    return refused(
      `${settings().maximumSessions} sessions are live, the most that this stage allows; end one first`,
    );
  }
  const created = await createSession({
    id: session,
    blueprint: blueprint.name,
    status: "launching",
    launchExecution: execution,
    requestedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
    ...(publicKey !== undefined && { publicKey }),
    ...(sourceCidr !== undefined && { sourceCidr }),
    generation: 0,
  });
  if (!created) {
    const other = await findSession(session);
    if (other?.launchExecution !== execution) {
      if (other?.status === "ended") await freePlace(session);
      return refused(`session "${session}" exists already; choose another execution name`);
    }
  }
  return {
    outcome: "admitted",
    message: `costs at most $${estimate.toFixed(2)} in ${minutes} minutes; ${budget.reason}`,
  };
}
