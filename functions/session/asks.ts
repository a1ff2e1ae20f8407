import { tagText } from "./tags.ts";

/**
 * How a machine asks for its own end: it tags itself (the fact, `tagKeys.asks`) and puts an event (the hint). The words
 * are those of `instance-scripts/lib/ask.sh`.
 */
export const machineEventSource = "moonbase.machine";
export const machineAsksForEnd = "machine asks for its end";

/** What a machine asks for by its tag: its end, and why; behind a colon it says more, in a sentence of its own. */
export type MachineAsk =
  | { reason: "logged-out" }
  /** With what it saw, if it said so. */
  | { reason: "idle"; evidence?: string }
  /** With what came of its work. */
  | { reason: "work-done" | "work-failed"; words: string };

/** Undefined: it asks for nothing, or for nothing that is understood. */
export function askOf(tag: string | undefined): MachineAsk | undefined {
  const [, word, said] = /^([a-z-]+)(?:: (.+))?$/.exec(tag ?? "") ?? [];
  if (word === "logged-out" && said === undefined) return { reason: word };
  if (word === "idle") return { reason: word, ...(said !== undefined && { evidence: tagText(said) }) };
  if (said === undefined) return undefined;
  if (word === "done") return { reason: "work-done", words: said };
  return word === "failed" ? { reason: "work-failed", words: said } : undefined;
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
