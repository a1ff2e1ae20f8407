/** What our schedules say when they call react. An undertaker's is "expiry"; those of regular work start a workflow. */
export const scheduleEventSource = "moonbase.schedule";
export const expiryDetailType = "expiry";

/** The regular work that a deployment may have a workflow for; `retention` has none of its own, but a session. */
export const regularWork = ["volume-snapshots", "bastion", "drill"] as const;
export type RegularWork = (typeof regularWork)[number];
