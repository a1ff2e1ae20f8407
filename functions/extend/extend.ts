import * as z from "zod";
import { type ExtendInput, type Extension, extendInput } from "../../workflows/extend.contract.ts";
import { explain } from "../../workflows/fields.ts";
import { readLive, spentThisMonth } from "../session/ledger.ts";
import { region, settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { commit } from "./commit.ts";
import { judgeExtension } from "./judge.ts";
import type { Terms } from "./terms.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** A session that changes each time between look and write; the workflow then tries again, later. */
const looks = 3;

/**
 * Lets a session end later, or holds it. The undertaker is not told: it comes at the time that it knows, reads the
 * record, and makes a new appointment.
 */
export async function extend(event: unknown): Promise<Extension> {
  const { execution, input } = request.parse(event);
  const parsed = extendInput.safeParse(input);
  if (!parsed.success) return refused(explain(parsed.error, input));

  for (let look = 1; look <= looks; look += 1) {
    const { record, decision } = await decide(parsed.data, execution);
    if (decision.action === "refuse") return refused(decision.reason);
    const { session } = parsed.data;
    if (decision.action === "nothing") return granted(session, decision.terms, decision.reason);
    if (record !== undefined && (await commit(record, decision.change, execution))) {
      return granted(session, decision.change, decision.reason);
    }
  }
  throw new Error(`session "${parsed.data.session}" changed at every look`);
}

async function decide(input: ExtendInput, execution: string) {
  // Whole seconds, as every time that an operator reads.
  const now = new Date(Math.ceil(Date.now() / 1000) * 1000);
  const record = await findSession(input.session);
  const { committed } = await readLive();
  const spent = await spentThisMonth(now);
  const money = { spent, committed, budget: settings().monthlyBudget, region: region() };
  return { record, decision: judgeExtension({ input, record, execution, ...money }, now) };
}

const refused = (message: string): Extension => ({
  outcome: "refused",
  session: "",
  expiresAt: "",
  heldUntil: null,
  message,
});

const granted = (session: string, { expiresAt, heldUntil }: Terms, message: string): Extension => ({
  outcome: "extended",
  session,
  expiresAt,
  heldUntil,
  message,
});
