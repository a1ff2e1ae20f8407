import { blueprintNamed } from "../../blueprints/index.ts";
import { cidrAllowed, inOneSpelling } from "../../workflows/fields.ts";
import type { SshInput } from "../../workflows/ssh.contract.ts";
import { openingOf } from "../session/opening.ts";
import { type DoorChange, isClaimed, type SessionRecord } from "../session/record.ts";

export interface TurnFacts {
  input: SshInput;
  record: SessionRecord | undefined;
  /** Whether the machine has ended or is ending. */
  isGone: boolean;
  /** Whom the deployment's configuration lets in when nobody is named; null: it names nobody. */
  configuredCidr: string | null;
  /** The execution that asks. */
  execution: string;
}

export type TurnDecision =
  | { action: "refuse"; reason: string }
  /** It is as it was asked for, by the record; the rule is made so all the same. */
  | { action: "confirm"; reason: string }
  /** Nothing of the machine is left that could be reached. */
  | { action: "leave"; reason: string }
  | { action: "change"; change: DoorChange; reason: string };

const refuse = (reason: string): TurnDecision => ({ action: "refuse", reason });

/** May ssh be turned on or off? From the facts and the time to what is written, with the reason. */
export function judgeTurn(facts: TurnFacts, now: Date): TurnDecision {
  const { input, record, execution } = facts;
  if (record === undefined) {
    return refuse(`session: "${input.session}" is not known here; no record bears that name`);
  }
  const who = `session "${record.id}"`;
  if (blueprintNamed(record.blueprint).door === null) {
    return refuse(`${who} lets nobody in: a machine of blueprint ${record.blueprint} works alone`);
  }
  if (input.ssh === "off" && (record.status === "ended" || (facts.isGone && record.status === "ready"))) {
    return { action: "leave", reason: `the machine of ${who} is gone, and its rule with it` };
  }
  const against = whyNotNow(who, record, facts.isGone, now);
  if (against !== undefined) return refuse(against);
  const wanted = input.ssh === "on" ? (input.sourceCidr ?? facts.configuredCidr) : null;
  if (input.ssh === "on" && wanted === null) {
    return refuse(`sourceCidr: missing (${cidrAllowed}; or sshAllowedCidr in the configuration)`);
  }
  const opening = openingOf(record);
  if (hasWritten(facts, record)) return { action: "confirm", reason: inWords(record, opening?.sourceCidr) };
  if (input.onSince !== undefined && input.onSince !== opening?.since) {
    return {
      action: "confirm",
      reason: `not turned off: ${inWords(record, opening?.sourceCidr)} since then`,
    };
  }
  const sourceCidr = wanted === null ? null : inOneSpelling(wanted);
  const is = opening === undefined ? null : inOneSpelling(opening.sourceCidr);
  const reason = inWords(record, sourceCidr ?? undefined);
  if (is === sourceCidr) return { action: "confirm", reason };
  const by = input.requestedBy;
  const change = { at: now.toISOString(), sourceCidr, execution, ...(by !== undefined && { by }) };
  return { action: "change", change, reason };
}

/** A step that is run again has written its change, and somebody may have written another since. */
const hasWritten = ({ execution }: TurnFacts, { doorChanges = [] }: SessionRecord): boolean =>
  doorChanges.some((change) => change.execution === execution);

/** A machine that is kept because it could not be saved may be logged in to: that is how it is put right. */
function whyNotNow(who: string, record: SessionRecord, isGone: boolean, now: Date): string | undefined {
  if (record.status === "ended") {
    return `${who} has ended (${record.reason ?? "operator"}); launch another one`;
  }
  if (isClaimed(record, now)) {
    return `${who} is being ended (${record.reason ?? "operator"}), and its rule goes with its machine`;
  }
  if (record.status === "launching") return `${who} is launching; ask again when it is ready`;
  return isGone ? `the machine of ${who} is gone` : undefined;
}

export function inWords({ id, blueprint }: SessionRecord, sourceCidr: string | undefined): string {
  const port = `port ${blueprintNamed(blueprint).door?.port}`;
  return sourceCidr === undefined
    ? `session "${id}" lets nobody in on ${port}`
    : `session "${id}" lets ${sourceCidr} in on ${port}`;
}
