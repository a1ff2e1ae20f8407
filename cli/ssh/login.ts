import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { CommandError } from "../command-error.ts";
import type { Door } from "./door.ts";
import { loggedInFile, sshParameters } from "./parameters.ts";

export interface Login {
  /** Whether it got as far as a shell. */
  readonly loggedIn: boolean;
  /** The remote shell's, or 255 when ssh itself failed; null when a signal ended ssh. */
  readonly status: number | null;
  /** The last of what ssh said on stderr. */
  readonly words: string;
}

const kept = 4_096;

/** Runs ssh on this terminal until the shell ends. Its stderr is read on the way, to know what went wrong. */
export function logIn(door: Door, signal: AbortSignal, command: readonly string[] = []): Promise<Login> {
  const { promise, resolve, reject } = Promise.withResolvers<Login>();
  const mark = loggedInFile(door);
  rmSync(mark, { force: true });
  const child = spawn("ssh", [...sshParameters(door), ...command], { stdio: ["inherit", "inherit", "pipe"] });
  const end = () => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = `${words}${text}`.slice(-kept);
    // Before the login its words become our message, and would be said twice.
    if (existsSync(mark)) process.stderr.write(text);
  });
  child.once("error", (error) => {
    signal.removeEventListener("abort", end);
    reject(
      new CommandError(
        {
          what: "ssh cannot be run",
          why: error.message,
          remedy: "install OpenSSH's client",
          ending: "unreachable",
        },
        { cause: error },
      ),
    );
  });
  child.once("close", (status) => {
    signal.removeEventListener("abort", end);
    resolve({ loggedIn: existsSync(mark), status, words });
  });
  return promise;
}
