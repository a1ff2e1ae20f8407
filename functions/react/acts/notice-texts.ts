import type { EndReason } from "../../../workflows/teardown.contract.ts";
import { type Notice, wholeStory } from "../../session/notices.ts";
import { howToKeep, reasonInWords } from "../../session/reasons.ts";
import { settings } from "../../session/settings.ts";
import type { Warn, Withdraw } from "../decision.ts";

/** One message in two forms: a mail, and a line on the terminal of whoever is logged in. */
export interface Telling extends Notice {
  wall: string;
}

/** Why, when, and how to keep the session. */
export function warning({ session, notice }: Warn): Telling {
  const { endsAt, reason } = notice;
  const ends = `session ${session} ends at ${endsAt} because ${reasonInWords[reason]}`;
  const keep = howToKeep(reason, session);
  return {
    subject: `Moonbase session ${session} ends at ${endsAt}: ${reason}`,
    lines: [
      `Moonbase ${ends} (${reason}).`,
      "What its blueprint saves is saved before that.",
      ...(keep === undefined ? finality : [`To keep it: ${keep}`, `or: ${withoutCommand(session, reason)}`]),
      wholeStory(session),
    ],
    wall: `Moonbase ${ends}.${keep === undefined ? "" : ` To keep it: ${keep}`}`,
  };
}

export function withdrawal({ session, notice, expiresAt, reason }: Withdraw): Telling {
  return {
    subject: `Moonbase session ${session} goes on`,
    lines: [
      `Session ${session} does not end at ${notice.endsAt}: ${reason}.`,
      `Its time is over at ${expiresAt}.`,
      wholeStory(session),
    ],
    wall: `Moonbase session ${session} goes on. Its time is over at ${expiresAt}`,
  };
}

const finality = [
  'It cannot be held against the budget. A launch with "force": true is let in all the same.',
];

/** The same with the AWS CLI, for whoever has not got our command. */
function withoutCommand(session: string, reason: EndReason): string {
  const input = JSON.stringify({ session, [reason === "expired" ? "extendMinutes" : "holdMinutes"]: 60 });
  return `aws stepfunctions start-execution --state-machine-arn ${settings().extendWorkflowArn} --input '${input}'`;
}
