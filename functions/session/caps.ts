import { blueprintNamed } from "../../blueprints/index.ts";
import type { SessionRecord } from "./record.ts";
import { minutesFrom } from "./times.ts";

/** What happens at the hard cap to a machine that holds what could not be saved: the choice between data and money. */
export const saveFailurePolicies = ["keep", "keep-forever", "terminate"] as const;
export type SaveFailurePolicy = (typeof saveFailurePolicies)[number];

/** Minutes after the latest end that the control plane gives it. */
const lastResortMinutes = { throwAway: 15, saving: 120 };
/** Where data is kept for good, the machine has no last resort of its own; this only has to be a date. */
const tenYears = 10 * 365 * 24 * 3_600_000;

const dayMilliseconds = 24 * 3_600_000;

/** The latest end that a session can be extended to: its blueprint's longest runtime, from the request on. */
export function hardCapOf({
  blueprint,
  requestedAt,
}: Pick<SessionRecord, "blueprint" | "requestedAt">): Date {
  const { maximumMinutes } = blueprintNamed(blueprint).runtime;
  return minutesFrom(new Date(requestedAt), maximumMinutes);
}

/** Until when a machine is kept whose data could not be saved; undefined: for as long as it takes. */
export function keptUntil(
  record: Pick<SessionRecord, "blueprint" | "requestedAt">,
  policy: SaveFailurePolicy,
): Date | undefined {
  const cap = hardCapOf(record);
  switch (policy) {
    case "terminate":
      return cap;
    case "keep":
      return new Date(cap.getTime() + dayMilliseconds);
    case "keep-forever":
      return undefined;
  }
}

/**
 * When a machine ends itself, in case all else is broken. One that may be kept for what it holds gives the control plane
 * two hours more: it comes to a kept machine once an hour, and waits twenty minutes for its answer.
 */
export function lastResortOf(
  record: Pick<SessionRecord, "blueprint" | "requestedAt">,
  policy: SaveFailurePolicy,
): Date {
  const { save } = blueprintNamed(record.blueprint);
  const end = save.by === "nobody" ? hardCapOf(record) : keptUntil(record, policy);
  if (end === undefined) return new Date(Date.parse(record.requestedAt) + tenYears);
  const minutes = save.by === "nobody" ? lastResortMinutes.throwAway : lastResortMinutes.saving;
  return minutesFrom(end, minutes);
}

/** The operator is told this long before a session's time is over; of a short session, when half of it is left. */
const expiryNoticeMilliseconds = 10 * 60_000;

/** When the undertaker comes first: to say that the session's time will be over. */
export function expiryNoticeAt({
  requestedAt,
  expiresAt,
}: Pick<SessionRecord, "requestedAt" | "expiresAt">): Date {
  const end = Date.parse(expiresAt);
  const runtime = end - Date.parse(requestedAt);
  return new Date(end - Math.min(expiryNoticeMilliseconds, runtime / 2));
}
