import * as z from "zod";
import { endReason } from "../../workflows/teardown.contract.ts";

/**
 * What our own events say (docs/events.md): others build on it, so a field may be added and none taken away or given
 * another meaning. Times are ISO 8601 in UTC, money is US dollars; null is "there is none", and no field is left out.
 */

const market = z.enum(["spot", "on-demand"]);

const about = {
  stage: z.string(),
  session: z.string(),
  /** Null for a session without a record. */
  blueprint: z.string().nullable(),
};

/** Null for a session that had none. */
const machine = {
  instanceId: z.string().nullable(),
  instanceType: z.string().nullable(),
  zone: z.string().nullable(),
  market: market.nullable(),
};

export const eventDetails = {
  /** The machine can be logged in to. */
  ready: z.strictObject({
    ...about,
    ...machine,
    /** None in a subnet that gives none: Session Manager is the way in. */
    address: z.string().nullable(),
    /** What ssh may trust. */
    hostKey: z.string(),
    user: z.string(),
    expiresAt: z.iso.datetime(),
    /** From the request on. */
    secondsToReady: z.number(),
    requestedBy: z.string().nullable(),
  }),
  /** Spot takes the machine away. */
  interrupted: z.strictObject({
    ...about,
    ...machine,
    interruptedAt: z.iso.datetime(),
    /** Two minutes later, as EC2 promises and no more. */
    takenAt: z.iso.datetime(),
  }),
  /** What a machine holds is safe, and the control plane has seen it. */
  saved: z.strictObject({
    ...about,
    ...machine,
    /** Why its end has begun; null: it was saved without one. */
    reason: endReason.nullable(),
    /** What to restore from. */
    id: z.string().nullable(),
    message: z.string(),
    at: z.iso.datetime(),
    /** How long the machine was at it. */
    seconds: z.number().nullable(),
  }),
  /** The end has come, and the machine stays up, because what it holds could not be saved. */
  kept: z.strictObject({
    ...about,
    ...machine,
    reason: endReason.nullable(),
    why: z.string(),
    since: z.iso.datetime(),
    /** How often saving was tried. */
    attempts: z.int(),
    /** When it is ended although it is not saved; null: never. */
    until: z.iso.datetime().nullable(),
  }),
  /** Nothing of the session is left. */
  ended: z.strictObject({
    ...about,
    reason: endReason,
    /** What went wrong, in a sentence. */
    failure: z.string().nullable(),
    /** What a machine that works alone has done, in a sentence of its own. */
    work: z.string().nullable(),
    /** What was saved, in a sentence, and what to restore from. */
    saved: z.string(),
    saveId: z.string().nullable(),
    ...machine,
    hours: z.number(),
    cost: z.number(),
    onDemandCost: z.number(),
  }),
  /** The sweep has found something. */
  swept: z.strictObject({
    stage: z.string(),
    ended: z.array(z.strictObject({ session: z.string(), reason: endReason, why: z.string() })),
    /** A sentence each. */
    repaired: z.array(z.string()),
    /** Asked again, because it was asked once. */
    asked: z.array(z.strictObject({ session: z.string(), about: z.string() })),
    /** What is odd and is left as it is. */
    reports: z.array(z.string()),
    /** What could not be looked at or done. */
    failures: z.array(z.string()),
  }),
} as const;

export type SessionEvent = keyof typeof eventDetails;
export type DetailOf<Kind extends SessionEvent> = z.infer<(typeof eventDetails)[Kind]>;
