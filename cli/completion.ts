import { join } from "node:path";
import completion from "@bomb.sh/tab";
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { quote } from "shell-quote";
import { checkout } from "./checkout.ts";

const door = [process.execPath, join(checkout, "cli/moonbase.mjs")];

/** A script for the shell to source: completion, and the command itself where it is on no path. */
export function writeScript(shell: "bash" | "zsh"): void {
  const command = quote(door);
  process.stdout.write(`type moonbase >/dev/null 2>&1 || moonbase() { ${command} "$@"; }\n`);
  completion.setup("moonbase", command, shell);
}

const sessionCommands = [
  ...["status", "connect", "extend", "hold", "backup-now", "ssh on", "ssh off", "teardown", "why"],
];

/** Answers what the script asks: `complete -- words…`. Sessions are those that are live; none when nobody answers. */
export async function complete(program: Command, words: readonly string[]): Promise<void> {
  const wantsSession = sessionCommands.some((name) => words.includes(name.split(" ")[0] ?? ""));
  const sessions = wantsSession ? await liveSessions(words).catch(() => []) : [];
  const root = tab(program, { completionCommandName: "completion" });
  for (const name of sessionCommands) {
    const argument = root.commands.get(name)?.arguments.get("session");
    if (argument === undefined) continue;
    argument.handler = (suggest) => {
      for (const session of sessions) suggest(session, "");
    };
  }
  await program.parseAsync(["complete", ...words], { from: "user" });
}

const patienceMilliseconds = 1_500;

async function liveSessions(words: readonly string[]): Promise<string[]> {
  const [{ makeContext }, { readLive }] = await Promise.all([
    import("./context.ts"),
    import("./session/records.ts"),
  ]);
  const stage = words[words.indexOf("--stage") + 1];
  const named = words.includes("--stage") && stage !== undefined ? { stage } : {};
  const context = makeContext({ ...named, local: words.includes("--local") });
  const { promise, reject } = Promise.withResolvers<never>();
  setTimeout(reject, patienceMilliseconds).unref();
  const { sessions } = await Promise.race([readLive(context), promise]);
  return [...sessions].toSorted();
}
