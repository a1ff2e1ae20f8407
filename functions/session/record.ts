import * as z from "zod";
import { instanceType } from "../../blueprints/prices.ts";
import { readyMessage } from "../../workflows/launch.contract.ts";
import { endReason } from "../../workflows/teardown.contract.ts";

const machine = z.object({
  instanceId: z.string(),
  instanceType,
  zone: z.string(),
  market: z.enum(["spot", "on-demand"]),
  launchedAt: z.string(),
  /** Dollars an hour of the machine alone; null where EC2 named no spot price. */
  hourlyPrice: z.number().nullable(),
  onDemandHourlyPrice: z.number(),
});
export type Machine = z.infer<typeof machine>;

/** The lock on a session's end: one teardown at a time. It expires, so that a dead holder cannot keep it. */
const claimOnSession = z.object({ holder: z.string(), claimedAt: z.string(), expiresAt: z.string() });
export type ClaimOnSession = z.infer<typeof claimOnSession>;

/** How a session ended and what it cost. Hours are hours, money is US dollars. */
const ending = z.object({
  endedAt: z.string(),
  saved: z.string(),
  hours: z.number(),
  cost: z.number(),
  onDemandCost: z.number(),
  /** The teardown that closed the books. */
  teardown: z.string().optional(),
});
export type Ending = z.infer<typeof ending>;

/** What the operator was told is about to happen: the session ends then, unless something speaks against it. */
const noticeOnSession = z.object({
  reason: endReason,
  toldAt: z.string(),
  endsAt: z.string(),
  /** It has gone out; until then whoever looks tells it again. */
  told: z.boolean().optional(),
});
export type NoticeOnSession = z.infer<typeof noticeOnSession>;

/** What the last attempt to save came to. */
const saveOnSession = z.object({
  outcome: z.enum(["nothing-to-save", "saved", "failed", "no-answer", "not-found"]),
  /** For people: what was saved, or why it was not. */
  message: z.string(),
  /** What to restore from. */
  id: z.string().optional(),
  /** The order that it answers, as in `functions/session/orders.ts`. */
  order: z.string().optional(),
  at: z.string(),
  /** How long the machine was at it. */
  seconds: z.number().optional(),
});
export type SaveOnSession = z.infer<typeof saveOnSession>;

/** Somebody has turned ssh on for one address, or off. */
export const doorChange = z.object({
  at: z.string(),
  /** Who may come in from then on; null: nobody. */
  sourceCidr: z.string().nullable(),
  /** As the caller says of itself. */
  by: z.string().optional(),
  execution: z.string(),
});
export type DoorChange = z.infer<typeof doorChange>;

/** A save that somebody asked for is at work until then, unless it is told before that it is over. */
const backupOnSession = z.object({ execution: z.string(), until: z.string() });

/** A machine that is up although its end has come, because what it holds could not be saved. */
const keptOnSession = z.object({
  since: z.string(),
  why: z.string(),
  attempts: z.int(),
  /** The teardown that could not save last, so that a repeated step counts once. */
  execution: z.string().optional(),
});
export type KeptOnSession = z.infer<typeof keptOnSession>;

/** One session, from request to account. It outlives the machine, so that "why" can always be answered. */
export const sessionRecord = z.object({
  id: z.string(),
  blueprint: z.string(),
  /** Which of the blueprint's variants, where it has some; records from before there were any are of the blueprint's own. */
  variant: z.string().optional(),
  /** GiB of the root volume, where it was chosen. */
  rootGiB: z.int().optional(),
  status: z.enum(["launching", "ready", "ended"]),
  launchExecution: z.string(),
  requestedAt: z.string(),
  /** Who asked for it, as the caller says of itself; CloudTrail knows better. */
  requestedBy: z.string().optional(),
  /** Asked for in spite of the budget. */
  forced: z.boolean().optional(),
  expiresAt: z.string(),
  publicKey: z.string().optional(),
  /** Whom the launch itself lets in. */
  sourceCidr: z.string().optional(),
  /** What became of that, oldest first; the last one holds. */
  doorChanges: z.array(doorChange).optional(),
  /** What its machine was to begin with. */
  restore: z.string().optional(),
  machine: machine.optional(),
  ready: readyMessage.optional(),
  readyAt: z.string().optional(),
  /** Until then idleness does not end it. */
  heldUntil: z.string().optional(),
  /** The executions of `extend` that have changed it, so that a repeated step changes it once. */
  extendedBy: z.set(z.string()).optional(),
  /** The last thing that the operator was told, so that a repeated step does not tell it twice. */
  told: z.enum(["ready", "ended"]).optional(),
  notice: noticeOnSession.optional(),
  /** When spot gave notice: it takes the machine away two minutes later. */
  interruptedAt: z.string().optional(),
  save: saveOnSession.optional(),
  backup: backupOnSession.optional(),
  kept: keptOnSession.optional(),
  claim: claimOnSession.optional(),
  /** When the first teardown took it; a claim says when the last one did. */
  endBegunAt: z.string().optional(),
  /** US dollars that its place holds of the budget until it has ended. */
  estimate: z.number(),
  /** A step that makes things is at work until then, whatever became of its execution. */
  busyUntil: z.string().optional(),
  /** When its machines were first seen gone: the clock of its cost stops there. */
  goneAt: z.string().optional(),
  /** What went wrong, in a sentence. */
  failure: z.string().optional(),
  /** What its machine has done, in a sentence of the machine's. */
  work: z.string().optional(),
  /** How many teardowns have claimed this session. */
  generation: z.int(),
  reason: endReason.optional(),
  /** What the reason was seen by, as the machine itself has said. */
  evidence: z.string().optional(),
  ending: ending.optional(),
});
export type SessionRecord = z.infer<typeof sessionRecord>;

/** A teardown holds the session and has not outlived its claim. */
export function isClaimed(record: SessionRecord, now: Date): boolean {
  return record.claim !== undefined && new Date(record.claim.expiresAt) > now;
}

/** The operator wants it kept although nobody seems to use it. */
export function isHeld(record: SessionRecord, now: Date): boolean {
  return record.heldUntil !== undefined && new Date(record.heldUntil) > now;
}
