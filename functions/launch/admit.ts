import * as z from "zod";
import { type Blueprint, blueprintNamed, chosen } from "../../blueprints/index.ts";
import { explain, session as sessionField } from "../../workflows/fields.ts";
import { type Admission, type LaunchInput, launchInput } from "../../workflows/launch.contract.ts";
import { highestCost } from "../session/cost.ts";
import { readLive, readMonth, takePlace } from "../session/ledger.ts";
import { reachedAt } from "../session/ledger-items.ts";
import type { SessionRecord } from "../session/record.ts";
import { retentionWork } from "../session/retention.ts";
import { region, settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { minutesFrom } from "../session/times.ts";
import { judgeAdmission } from "./budget.ts";

const request = z.object({ session: z.string(), execution: z.string(), input: z.unknown() });
const refused = (message: string): Admission => ({ outcome: "refused", message });
const admitted = (message: string): Admission => ({ outcome: "admitted", message });

/** Lets a launch in, or says which field, figure or other session stands against it. Nothing exists before this. */
export async function admit(event: unknown): Promise<Admission> {
  const { session, execution, input } = request.parse(event);
  const id = sessionField.safeParse(session);
  if (!id.success) {
    const name = JSON.stringify(session.slice(0, 60));
    return refused(`execution name: ${name} is not accepted (${id.error.issues[0]?.message})`);
  }
  const parsed = launchInput.safeParse(input);
  if (!parsed.success) return refused(explain(parsed.error, input));

  if (parsed.data.blueprint === retentionWork && settings().retention === null) {
    return refused(
      `blueprint: "${retentionWork}" is not accepted (allowed: nothing that removes backups, because the setting retention is null)`,
    );
  }
  const earlier = await findSession(session);
  if (earlier !== undefined) return joinOrRefuse(earlier, execution);
  return enter(newRecord(session, execution, parsed.data), parsed.data.force);
}

/** Takes a place among the live sessions. The decision is made on a look, and holds only if the write agrees. */
async function enter(record: SessionRecord, force: boolean): Promise<Admission> {
  const { maximumSessions, monthlyBudget } = settings();
  const judge = async () => {
    const { sessions, committed } = await readLive();
    const month = await readMonth(new Date(record.requestedAt));
    const { cost: spent } = month;
    const budgetReachedAt = reachedAt(month, monthlyBudget);
    const decision = judgeAdmission({
      ...{ spent, committed, estimate: record.estimate, budget: monthlyBudget, force, budgetReachedAt },
      ...{ live: sessions.size, places: maximumSessions },
    });
    return { ...decision, spent };
  };
  const { action, reason, spent } = await judge();
  if (action === "refuse") return refused(reason);

  const dollars = force ? Number.MAX_SAFE_INTEGER : monthlyBudget - spent;
  if (await takePlace(record, maximumSessions, dollars)) return admitted(reason);

  const other = await findSession(record.id);
  if (other !== undefined) return joinOrRefuse(other, record.launchExecution);
  const again = await judge();
  if (again.action === "refuse") return refused(again.reason);
  throw new Error("a place was free, then taken, then free again");
}

const joinOrRefuse = ({ id, launchExecution }: SessionRecord, execution: string): Admission =>
  launchExecution === execution
    ? admitted("admitted before")
    : refused(`session "${id}" exists already; choose another execution name`);

function newRecord(id: string, launchExecution: string, input: LaunchInput): SessionRecord {
  const {
    blueprint: name,
    variant,
    publicKey,
    sourceCidr,
    maximumRuntimeMinutes,
    requestedBy,
    restore,
    force,
  } = input;
  const choice = { ...settings().choices[name], ...(variant !== undefined && { variant }) };
  const blueprint = chosen(blueprintNamed(name), choice);
  const letsIn = sourceCidr ?? configuredCidr(blueprint);
  const minutes = maximumRuntimeMinutes ?? blueprint.runtime.defaultMinutes;
  // Whole seconds: a schedule knows no fraction, and must not come before the time that is written here.
  const now = new Date(Math.ceil(Date.now() / 1000) * 1000);
  return {
    id,
    blueprint: name,
    ...choice,
    status: "launching",
    launchExecution,
    requestedAt: now.toISOString(),
    expiresAt: minutesFrom(now, minutes).toISOString(),
    estimate: highestCost(blueprint, minutes, region()),
    generation: 0,
    ...(requestedBy !== undefined && { requestedBy }),
    ...(force && { forced: true }),
    ...(restore !== undefined && { restore }),
    ...(publicKey !== undefined && { publicKey }),
    ...(letsIn !== undefined && { sourceCidr: letsIn }),
  };
}

/** Whom the operator's configuration lets in where a port is opened on request. */
function configuredCidr({ door }: Blueprint): string | undefined {
  const { allowSsh, sshAllowedCidr } = settings();
  return door?.opens === "on-request" && allowSsh ? (sshAllowedCidr ?? undefined) : undefined;
}
