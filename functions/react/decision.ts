import type { EndReason, TeardownInput } from "../../workflows/teardown.contract.ts";
import type { ClaimOnSession, NoticeOnSession } from "../session/record.ts";

/** What to do, about a session or the month, and why. The reason is logged whatever the action is. */
export type Decision =
  | Nothing
  | TearDown
  | ComeBack
  | Dismiss
  | CallOff
  | Hear
  | Warn
  | Withdraw
  | Interrupt
  | SaveEarly
  | CloseMonth
  | TellOfBudget
  | StartWorkflow;

export interface Nothing {
  action: "nothing";
  reason: string;
}

export interface TearDown {
  action: "tear-down";
  session: string;
  endReason: EndReason;
  generation: number;
  /** What its machine said: what it saw, or what came of its work. */
  told?: Pick<TeardownInput, "evidence" | "work" | "failure">;
  reason: string;
}

export interface ComeBack {
  action: "come-back";
  session: string;
  at: Date;
  /** Why the session ends, when its end was begun already. */
  endReason?: EndReason;
  /** The claim of a teardown that has died; it must not keep out the next one. */
  deadClaim?: ClaimOnSession;
  reason: string;
}

export interface Dismiss {
  action: "dismiss";
  session: string;
  reason: string;
}

/** Answers who waits for a machine that has ended, in its name: its launch, or who has asked it to save. */
export interface CallOff {
  action: "call-off";
  what: "launch" | "save" | "backup";
  session: string;
  instanceId: string;
  cause: string;
  reason: string;
}

/** Lets a machine that asks for its end know that it was heard, and why it does not get it. */
export interface Hear {
  action: "hear";
  session: string;
  instanceId: string;
  answer: string;
  reason: string;
}

/** Tells the operator that the session will end, and comes back at that time to look again. */
export interface Warn {
  action: "warn";
  session: string;
  instanceId: string | undefined;
  notice: NoticeOnSession;
  /** `toldAt` of the notice that this one takes the place of. */
  replaces?: string;
  /** The end that was judged: one that has moved since speaks against the notice. */
  expiresAt: string;
  reason: string;
}

/** Takes a notice back: something speaks against the end that it told of. */
export interface Withdraw {
  action: "withdraw";
  session: string;
  instanceId: string | undefined;
  notice: NoticeOnSession;
  /** When somebody looks again. */
  at: Date;
  expiresAt: string;
  reason: string;
}

/** Spot takes the machine away: what can be saved is saved, and the session ended. */
export interface Interrupt {
  action: "interrupt";
  session: string;
  instanceId: string;
  /** The blueprint saves, so the machine is asked to. */
  saves: boolean;
  warnedAt: Date;
  at: Date;
  generation: number;
  reason: string;
}

/** Spot may take the machine away: it saves, and goes on. */
export interface SaveEarly {
  action: "save-early";
  session: string;
  instanceId: string;
  /** In the words of `functions/session/orders.ts`. */
  order: string;
  reason: string;
}

/** The month's budget is spent: no launch is let in unless it is forced. Afterwards the facts are looked at again. */
export interface CloseMonth {
  action: "close-month";
  at: Date;
  /** US dollars; a greater one opens the month again. */
  budget: number;
  reason: string;
}

/** Says once in a month that a threshold of the budget was passed. */
export interface TellOfBudget {
  action: "tell-of-budget";
  month: Date;
  threshold: string;
  subject: string;
  lines: string[];
  reason: string;
}

export interface StartWorkflow {
  action: "start-workflow";
  workflowArn: string;
  /** The same for the same appointment, so that a doubled event starts it once. */
  name: string;
  input: string;
  reason: string;
}

export const nothing = (reason: string): Nothing => ({ action: "nothing", reason });
