/**
 * How a machine asks for its own end: it tags itself (the fact, `tagKeys.asks`) and puts an event (the hint). The words
 * are those of `instance-scripts/lib/ask.sh`.
 */
export const machineEventSource = "moonbase.machine";
export const machineAsksForEnd = "machine asks for its end";

/** What a machine asks for by its tag: its end, because nobody is logged in any more, or because its own work is over. */
export type MachineAsk =
  | { reason: "logged-out" }
  /** With what came of it, in a sentence of the machine's. */
  | { reason: "work-done" | "work-failed"; words: string };

/** Undefined: it asks for nothing that anybody knows. */
export function askOf(tag: string | undefined): MachineAsk | undefined {
  if (tag === "logged-out") return { reason: "logged-out" };
  const [, outcome, words = ""] = /^(done|failed): (.+)$/.exec(tag ?? "") ?? [];
  if (outcome === undefined) return undefined;
  return { reason: outcome === "done" ? "work-done" : "work-failed", words };
}

/** How the sweep asks again what an alarm or a machine asked once: react decides, as it would have then. */
export const sweepEventSource = "moonbase.sweep";
export const lookAgain = "look again";
/**
 * A network that is idle, a machine that asks for its end, a machine that is kept because it could not be saved, and a
 * notice whose end nobody came for.
 */
export const lookAgainAbout = ["idle", "asks", "kept", "notice"] as const;
export type LookAgainAbout = (typeof lookAgainAbout)[number];
