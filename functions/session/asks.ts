import { tagText } from "./tags.ts";

/**
 * How a machine asks for its own end: it tags itself (the fact, `tagKeys.asks`) and puts an event (the hint). The words
 * are those of `instance-scripts/lib/ask.sh`.
 */
export const machineEventSource = "moonbase.machine";
export const machineAsksForEnd = "machine asks for its end";

/** Why a machine may ask. Behind `idle` it says what it saw, after a colon. */
export const askReasons = ["logged-out", "idle"] as const;
export interface MachineAsk {
  reason: (typeof askReasons)[number];
  /** What the machine saw, in its own words. */
  evidence?: string;
}

/** What the tag asks for; undefined: nothing, or nothing that is understood. */
export function askOf(tag: string | undefined): MachineAsk | undefined {
  const [, word, evidence] = /^([a-z-]+)(?:: (.+))?$/.exec(tag ?? "") ?? [];
  const reason = askReasons.find((known) => known === word);
  if (reason === undefined) return undefined;
  if (evidence === undefined) return { reason };
  return reason === "idle" ? { reason, evidence: tagText(evidence) } : undefined;
}

/** A machine tells by an event that its tag `tagKeys.tailscale` says "up", and since when. */
export const machineOnTailnet = "machine is on its tailnet";

/** Since when a machine is on its tailnet; undefined: it is not, or nobody knows. */
export function onTailnetSince(tag: string | undefined): string | undefined {
  const since = /^up (\S+)$/.exec(tag ?? "")?.[1];
  return since === undefined || Number.isNaN(Date.parse(since)) ? undefined : since;
}

/** How the sweep asks again what an alarm or a machine asked once: react decides, as it would have then. */
export const sweepEventSource = "moonbase.sweep";
export const lookAgain = "look again";
/**
 * A network that is idle, a machine that asks for its end, one that is on its tailnet while its port is open, a machine that
 * is kept because it could not be saved, and a notice whose end nobody came for.
 */
export const lookAgainAbout = ["idle", "asks", "tailnet", "kept", "notice"] as const;
export type LookAgainAbout = (typeof lookAgainAbout)[number];
