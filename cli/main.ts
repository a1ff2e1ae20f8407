import { Argument, CommanderError } from "commander";
import { CommandError, toJson } from "./command-error.ts";
import { exitCodes } from "./exit-codes.ts";
import { makeProgram } from "./program.ts";
import { outliveReaders } from "./show/screen.ts";

/** Runs the command line, and ends the process with what docs/command.md says. */
export async function main(words: readonly string[]): Promise<void> {
  outliveReaders();
  process.exitCode = await run(words);
  // Connections that are kept open for a next call would keep the process waiting for them.
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

async function run(words: readonly string[]): Promise<number> {
  let code: number = exitCodes.done.code;
  const program = makeProgram((ending) => {
    code = exitCodes[ending].code;
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride();
  }
  try {
    if (words[0] === "complete") {
      await (await import("./completion.ts")).complete(program, words.slice(1));
      return code;
    }
    program
      .command("completion")
      .description("a script for your shell to source")
      .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh"]))
      .action(async (shell: "bash" | "zsh") => (await import("./completion.ts")).writeScript(shell))
      .exitOverride();
    await program.parseAsync([...words], { from: "user" });
    return code;
  } catch (error) {
    return fail(error, words);
  }
}

/** Shows an error in the one form that the command has for it. */
function fail(error: unknown, words: readonly string[]): number {
  const json = words.includes("--json");
  // Commander has shown its own message, and asks with code 0 after help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage.code;
  if (!(error instanceof CommandError)) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ error: { what: String(error), exitCode: 1 } })}\n`);
    return exitCodes.unexpected.code;
  }
  const { what, why, remedy } = error.complaint;
  process.stderr.write(`moonbase: ${what}\n`);
  if (why !== undefined) process.stderr.write(`  because: ${why}\n`);
  if (remedy !== undefined) process.stderr.write(`  do:      ${remedy}\n`);
  if (json) process.stdout.write(`${JSON.stringify(toJson(error), null, 2)}\n`);
  return error.exitCode;
}
