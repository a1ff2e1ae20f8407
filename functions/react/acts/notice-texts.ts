import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { settings } from "../../session/settings.ts";
import type { Warn, Withdraw } from "../decision.ts";

/** One message in two forms: a mail, and a line on the terminal of whoever is logged in. */
export interface Telling {
  subject: string;
  lines: string[];
  wall: string;
}

/** Why, when, and how to keep the session. */
export function warning({ session, notice, reason }: Warn): Telling {
  const { endsAt, reason: endReason } = notice;
  return {
    subject: `Moonbase session ${session} ends at ${endsAt}: ${endReason}`,
    lines: [
      `Session ${session} ends at ${endsAt}: ${reason}.`,
      "What its blueprint saves is saved before that.",
      ...remedy(session, endReason),
    ],
    wall: `Moonbase session ${session} ends at ${endsAt} - ${endReason}. ${inShort(session, endReason)}`,
  };
}

export function withdrawal({ session, notice, expiresAt, reason }: Withdraw): Telling {
  return {
    subject: `Moonbase session ${session} goes on`,
    lines: [
      `Session ${session} does not end at ${notice.endsAt}: ${reason}.`,
      `Its time is over at ${expiresAt}.`,
    ],
    wall: `Moonbase session ${session} goes on. Its time is over at ${expiresAt}`,
  };
}

/** With our command, and with the AWS CLI for whoever has not got it. */
function remedy(session: string, endReason: EndReason): string[] {
  if (endReason === "budget")
    return ['It cannot be held against the budget. A launch with "force": true is let in all the same.'];
  const isExpiry = endReason === "expired";
  const what = isExpiry ? "give it an hour more" : "keep it for an hour although it is idle";
  const input = JSON.stringify({ session, [isExpiry ? "extendMinutes" : "holdMinutes"]: 60 });
  return [
    `To ${what}: npx moonbase ${isExpiry ? "extend" : "hold"} ${session} 60`,
    `or: aws stepfunctions start-execution --state-machine-arn ${settings().extendWorkflowArn} --input '${input}'`,
  ];
}

function inShort(session: string, endReason: EndReason): string {
  if (endReason === "budget") return "The budget of this month is spent.";
  return `To keep it: moonbase ${endReason === "expired" ? "extend" : "hold"} ${session} 60`;
}
