import { execFileSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../../cli/program.ts";

/** Who reads a runbook is in a hurry: what it says to type must be there. */

const root = join(import.meta.dirname, "../..");
const runbooks = globSync("docs/runbooks/*.md", { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), "utf8"),
}));
const program = makeProgram(() => undefined);

const workflows = readdirSync(join(root, "workflows")).flatMap(
  (name) => /^(.+)\.asl\.json$/.exec(name)?.[1] ?? [],
);
const functions = globSync("functions/*/handler.ts", { cwd: root }).map((file) => file.split("/")[1]);

const blocksOf = (text: string) =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);

/** The commands of ours that a text says to type, in a block or in a line, without the words `npx moonbase`. */
const commandsOf = (text: string) =>
  [...text.matchAll(/npx moonbase ([^`\n|]+)/g)].map(([, words = ""]) => words.trim());

/** What is wrong with a command, as its own help would have it. */
function complaints(words: string): string[] {
  const [name = "", ...others] = words.split(/\s+/);
  const outer = program.commands.find((one) => one.name() === name);
  if (outer === undefined) return [`there is no command ${name}`];
  const inner = outer.commands.find((one) => one.name() === others[0]);
  if (inner === undefined && outer.commands.length > 0) return [`${name} has no command ${others[0]}`];
  const [command, rest] = inner === undefined ? [outer, others] : [inner, others.slice(1)];
  const unknown = rest.filter((word) => word.startsWith("--") && optionOf(command, word) === undefined);
  const given = rest.filter((word, index) => !word.startsWith("--") && !isValue(command, rest[index - 1]));
  const least = command.registeredArguments.filter(({ required }) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Number.POSITIVE_INFINITY
    : command.registeredArguments.length;
  const fits = given.length >= least && given.length <= most;
  return [
    ...unknown.map((word) => `it has no ${word}`),
    ...(fits ? [] : [`takes no ${given.length} arguments`]),
  ];
}

const optionOf = (command: Command, word: string) =>
  [...command.options, ...program.options].find(({ long }) => long === word);
const isValue = (command: Command, before: string | undefined) =>
  before?.startsWith("--") === true && (optionOf(command, before)?.required ?? false);

it("there are runbooks", () => {
  expect(runbooks.length).toBeGreaterThan(3);
});

describe.each(runbooks)("$file", ({ file, text }) => {
  it("says commands that the command line has", () => {
    const wrong = commandsOf(text).flatMap((words) => complaints(words).map((what) => `${words}: ${what}`));
    expect(wrong).toEqual([]);
  });

  it("names workflows and functions that there are", () => {
    const named = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
    const machines = named(/(?:stateMachine|execution):moonbase-([a-z]+)/g);
    expect(machines.filter((name) => !workflows.includes(name))).toEqual([]);
    expect(named(/\/aws\/lambda\/moonbase-([a-z]+)/g).filter((name) => !functions.includes(name))).toEqual(
      [],
    );
  });

  it("has blocks that a shell understands", () => {
    for (const block of blocksOf(text)) {
      expect(
        () => execFileSync("bash", ["-n"], { input: block, stdio: ["pipe", "pipe", "pipe"] }),
        block,
      ).not.toThrow();
    }
  });

  it("leads to pages that there are", () => {
    const links = [...text.matchAll(/\]\(([^)#:]+\.md)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([]);
  });
});

it.each([
  ["fly tea", "there is no command fly"],
  ["status tea --loud", "it has no --loud"],
  ["backup-now", "takes no 0 arguments"],
  ["connect tea milk", "takes no 2 arguments"],
])("%s would be found out", (words, what) => {
  expect(complaints(words)).toEqual([what]);
});
