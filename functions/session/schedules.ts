/** What our schedules say when they call react. An undertaker's is "expiry"; the others start a workflow. */
export const scheduleEventSource = "moonbase.schedule";
export const expiryDetailType = "expiry";

/** The regular work that a deployment may have a workflow for. */
export const regularWork = ["backup-window", "bastion", "retention", "drill"] as const;
export type RegularWork = (typeof regularWork)[number];
