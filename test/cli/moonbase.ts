import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { clientEnvironment, type Endpoints } from "../../local/environment.ts";
import { nodeCommands, projectFolder, pythonCommands, toolPath } from "../../local/project.ts";

/** A home of its own, with nothing of the operator's. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), "moonbase-home-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export interface Surroundings {
  readonly endpoints: Endpoints;
  readonly home: string;
}

export const environmentOf = ({ endpoints, home }: Surroundings) => ({
  ...clientEnvironment(endpoints),
  PATH: `${toolPath()}:${pythonCommands}`,
  HOME: home,
  XDG_DATA_HOME: join(home, "data"),
  XDG_CONFIG_HOME: join(home, "config"),
});

/** What the operator's shell runs. */
export const program = [join(nodeCommands, "node"), join(projectFolder, "cli/moonbase.mjs")] as const;

/** The command as the operator's shell runs it, with stdin open. */
export function begin(words: readonly string[], surroundings: Surroundings) {
  const [node, ...door] = program;
  const child = spawn(node, [...door, ...words], {
    env: environmentOf(surroundings),
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.on("error", () => undefined);
  const said: string[] = [];
  const waiting = new Set<() => void>();
  createInterface(child.stderr).on("line", (line) => {
    said.push(line);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stdout = text(child.stdout).catch(() => "");
  /** Waits until it has said so on stderr. */
  const says = (words: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => said.some((line) => words.test(line)) && resolve();
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`it never said ${words}:\n${said.join("\n")}`)));
    });
  return { child, says, said, stdout, ended };
}

/** Runs the command to its end, with nothing on stdin. */
export async function run(words: readonly string[], surroundings: Surroundings) {
  const { child, said, stdout, ended } = begin(words, surroundings);
  child.stdin.end();
  const code = await ended;
  return { code, stdout: await stdout, stderr: said.join("\n") };
}

/** The key folders that are lying in a home. */
export function keysIn(home: string): string[] {
  return readdirSync(home, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("/key"));
}
