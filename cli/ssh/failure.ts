import { CommandError } from "../command-error.ts";
import type { Door } from "./door.ts";

/** How ssh failed before it was logged in, from its own words, which are not translated. */
export type LoginFailure = "host-key" | "key" | "connection";

export function judgeWords(words: string): LoginFailure {
  if (/Host key verification failed|IDENTIFICATION HAS CHANGED|host key is known/.test(words))
    return "host-key";
  return /Permission denied|Too many authentication failures/.test(words) ? "key" : "connection";
}

export function loginError({ session, address, port, user }: Door, words: string): CommandError {
  const why = words.trim().split("\n").at(-1) ?? "";
  switch (judgeWords(words)) {
    case "host-key":
      return new CommandError({
        what: `${address}:${port} is not the machine of session "${session}"`,
        why: "it shows another host key than the one that the machine told the launch: another machine has the address, or somebody stands in between",
        remedy:
          "do not log in; end the session, and launch a new one, from another network if it happens again",
        ending: "unreachable",
      });
    case "key":
      return new CommandError({
        what: `the machine does not let ${user} in with the key of session "${session}"`,
        why,
        remedy: "the session was launched with another key: use that one, or launch a new session",
        ending: "unreachable",
      });
    case "connection":
      return new CommandError({
        what: `ssh could not connect to ${address}:${port}`,
        why,
        remedy: "look at your network, then: npx moonbase connect, or launch anew",
        ending: "unreachable",
      });
  }
}
