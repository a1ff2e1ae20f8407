/**
 * How a machine asks for its own end: it tags itself (the fact, `tagKeys.asks`) and puts an event (the hint). The words
 * are those of `instance-scripts/lib/ask.sh`.
 */
export const machineEventSource = "moonbase.machine";
export const machineAsksForEnd = "machine asks for its end";

/** How the sweep asks again what an alarm or a machine asked once: react decides, as it would have then. */
export const sweepEventSource = "moonbase.sweep";
export const lookAgain = "look again";
/**
 * A network that is idle, a machine that asks for its end, a machine that is kept because it could not be saved, and a
 * notice whose end nobody came for.
 */
export const lookAgainAbout = ["idle", "asks", "kept", "notice"] as const;
export type LookAgainAbout = (typeof lookAgainAbout)[number];
