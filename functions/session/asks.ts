/**
 * How a machine asks for its own end: it tags itself (the fact, `tagKeys.asks`) and puts an event (the hint). The words
 * are those of `instance-scripts/lib/ask.sh`.
 */
export const machineEventSource = "moonbase.machine";
export const machineAsksForEnd = "machine asks for its end";
