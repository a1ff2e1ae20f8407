import { blueprintNamed } from "../../blueprints/index.ts";
import type { ExtendInput } from "../../workflows/extend.contract.ts";
import { hardCapOf } from "../session/caps.ts";
import { kindOf } from "../session/choices.ts";
import { highestCost, toBillable } from "../session/cost.ts";
import { isHeld, type SessionRecord } from "../session/record.ts";
import { minutesFrom } from "../session/times.ts";
import { inWords, type Terms } from "./terms.ts";

export interface ExtensionFacts {
  input: ExtendInput;
  record: SessionRecord | undefined;
  /** The name of the execution that asks. */
  execution: string;
  /** US dollars: of sessions that ended this month, of live ones at most, and what both may come to. */
  spent: number;
  committed: number;
  budget: number;
  region: string;
}

/** What is written when an extension is granted. */
export interface Change extends Terms {
  /** US dollars: what the session may cost at most from now on, how much of that is new, what may be committed before. */
  estimate: number;
  added: number;
  room: number;
  /** Speaks against the end that the operator was told of. */
  withdrawsNotice: boolean;
}

export type ExtensionDecision =
  | { action: "refuse"; reason: string }
  | { action: "nothing"; terms: Terms; reason: string }
  | { action: "extend"; change: Change; reason: string };

const refuse = (reason: string): ExtensionDecision => ({ action: "refuse", reason });

/**
 * A function lives 50 seconds at most. What is granted longer than that before the end is written before the end, so
 * nobody is promised more time while the undertaker is already at the door.
 */
const lastCallMinutes = 1;

/** May the session end later, or be held? From the facts and the time to what is written, with the reason. */
export function judgeExtension(facts: ExtensionFacts, now: Date): ExtensionDecision {
  const { input, record, execution } = facts;
  if (record === undefined) {
    return refuse(`session: "${input.session}" is not known here; no record bears that name`);
  }
  const held = isHeld(record, now) ? (record.heldUntil ?? null) : null;
  if (record.extendedBy?.has(execution)) {
    const terms = { expiresAt: record.expiresAt, heldUntil: held };
    return { action: "nothing", terms, reason: inWords(input, terms, now) };
  }
  const refusal = whyOver(record, input, now) ?? whyTooLong(record, input);
  if (refusal !== undefined) return refuse(refusal);

  const expiresAt = minutesFrom(new Date(record.expiresAt), input.extendMinutes ?? 0);
  const heldUntil = input.holdMinutes === undefined ? held : holdUntil(input.holdMinutes, expiresAt, now);
  const terms = { expiresAt: expiresAt.toISOString(), heldUntil };
  const money = priceOf(facts, record, expiresAt);
  if (facts.committed > money.room && money.added > 0) return refuse(whyTooDear(facts, money.added));
  const change = { ...terms, ...money, withdrawsNotice: withdrawsNotice(record, input) };
  return { action: "extend", change, reason: inWords(input, terms, now) };
}

/** More time answers every notice, a hold that of idleness; the budget's is final. */
function withdrawsNotice(
  { notice }: SessionRecord,
  { extendMinutes = 0, holdMinutes = 0 }: ExtendInput,
): boolean {
  return (
    (notice?.reason === "expired" && extendMinutes > 0) ||
    (notice?.reason === "idle" && extendMinutes + holdMinutes > 0)
  );
}

function whyOver(record: SessionRecord, { holdMinutes = 0 }: ExtendInput, now: Date): string | undefined {
  const who = `session "${record.id}"`;
  const instead = "launch another one";
  if (record.status === "ended") return `${who} has ended (${record.reason ?? "operator"}); ${instead}`;
  if (record.reason !== undefined || record.claim !== undefined) {
    return `${who} is being ended (${record.reason ?? "operator"}); ${instead}`;
  }
  if (record.notice?.reason === "budget")
    return `${who} ends at ${record.notice.endsAt}: the budget of this month is spent; launch another one with force`;
  // A hold is looked at once more by the teardown itself, more time is not.
  const end = holdMinutes > 0 ? record.expiresAt : (record.notice?.endsAt ?? record.expiresAt);
  if (minutesFrom(now, lastCallMinutes) < new Date(end)) return undefined;
  return `${who} is at its end, ${end}: that cannot be put off in the last minute; ${instead}`;
}

/** The machine powers itself off a quarter of an hour after its longest life, whatever a record says. */
function whyTooLong(
  { id, blueprint, requestedAt, expiresAt }: SessionRecord,
  { extendMinutes }: ExtendInput,
) {
  if (extendMinutes === undefined) return undefined;
  const { maximumMinutes } = blueprintNamed(blueprint).runtime;
  const latest = hardCapOf({ blueprint, requestedAt });
  const possible = Math.max(Math.floor((latest.getTime() - Date.parse(expiresAt)) / 60_000), 0);
  if (extendMinutes <= possible) return undefined;
  const allowed = possible === 0 ? "no more" : `1 to ${possible} minutes`;
  return `extendMinutes: ${extendMinutes} is not accepted (allowed: ${allowed}; session "${id}" ends at ${expiresAt}, and at ${latest.toISOString()} at the latest, ${maximumMinutes} minutes after its request)`;
}

/** Never beyond the session's own end; nothing is held for no time. */
function holdUntil(minutes: number, expiresAt: Date, now: Date): string | null {
  if (minutes === 0) return null;
  const wanted = minutesFrom(now, minutes);
  return (wanted < expiresAt ? wanted : expiresAt).toISOString();
}

function priceOf({ spent, budget, region }: ExtensionFacts, record: SessionRecord, expiresAt: Date) {
  const minutes = (expiresAt.getTime() - Date.parse(record.requestedAt)) / 60_000;
  // A price that has fallen since the launch gives nothing back.
  const estimate = Math.max(highestCost(kindOf(record), minutes, region), record.estimate);
  const added = expiresAt > new Date(record.expiresAt) ? toBillable(estimate - record.estimate) : 0;
  return { estimate: toBillable(record.estimate + added), added, room: toBillable(budget - spent - added) };
}

function whyTooDear({ spent, committed, budget }: ExtensionFacts, added: number): string {
  const dollars = (amount: number) => `$${amount.toFixed(2)}`;
  return `the budget would be broken: ${dollars(spent)} spent this month, ${dollars(committed)} more at most by live sessions, ${dollars(added)} by this extension, monthlyBudget ${dollars(budget)}; ask for fewer minutes, or end another session`;
}
