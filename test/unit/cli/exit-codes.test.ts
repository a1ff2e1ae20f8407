import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { exitCodes } from "../../../cli/exit-codes.ts";
import { makeProgram } from "../../../cli/program.ts";

const text = readFileSync(join(import.meta.dirname, "../../../docs/command.md"), "utf8");

it("docs/command.md shows every exit code with its meaning", () => {
  const rows = [...text.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code, meaning]) => ({
    code: Number(code),
    meaning,
  }));
  expect(rows).toEqual(Object.values(exitCodes));
});

it("no two endings share a code", () => {
  const codes = Object.values(exitCodes).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
});

it("docs/command.md tells every command and every option", () => {
  const program = makeProgram(() => undefined);
  const commands = [program, ...program.commands, ...program.commands.flatMap((command) => command.commands)];
  const words = commands.flatMap((command) => [
    ...(command === program ? [] : [command.name()]),
    ...command.options.flatMap(({ long }) => long ?? []),
  ]);
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
});
