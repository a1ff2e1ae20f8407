/** What the command ends with, and what each means. Help text and docs/command.md show this table and no other. */
export const exitCodes = {
  done: { code: 0, meaning: "done; the shell that was opened may have ended with any status" },
  unexpected: { code: 1, meaning: "something unforeseen, a mistake in Moonbase most likely" },
  usage: { code: 2, meaning: "the command line or the configuration is not accepted; nothing was done" },
  refused: { code: 3, meaning: "Moonbase refused, and says why; nothing was made" },
  unknown: { code: 4, meaning: "no such session, stage or engine" },
  launchFailed: { code: 5, meaning: "the machine did not come up; what there was of it is gone again" },
  unreachable: { code: 6, meaning: "the machine came up and could not be logged in to" },
  notGone: { code: 7, meaning: "a teardown did not finish, or was not waited for; it goes on by itself" },
  noAnswer: { code: 8, meaning: "AWS or the local engine did not answer, or took no credentials" },
  lost: { code: 9, meaning: "the connection was lost; the machine is up, or ends by itself" },
  notSaved: { code: 10, meaning: "a save that was asked for did not come about; nothing was ended" },
  hangup: { code: 129, meaning: "SIGHUP; the session was ended first" },
  interrupted: { code: 130, meaning: "Ctrl-C; the session was ended first" },
  terminated: { code: 143, meaning: "SIGTERM; the session was ended first" },
} as const;

export type Ending = keyof typeof exitCodes;

/** What shells give to a command that a signal ended. */
export function endingOf(signal: NodeJS.Signals): Ending {
  if (signal === "SIGHUP") return "hangup";
  return signal === "SIGTERM" ? "terminated" : "interrupted";
}

/** The table for a person, a line each. */
export const exitCodesText = (): string =>
  Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join("\n");
