import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The parts of the house, and what of ours each may import besides itself. */
const mayImport: Record<string, string[]> = {
  blueprints: [],
  workflows: ["blueprints"],
  "functions/session": ["blueprints", "workflows"],
  functions: ["blueprints", "workflows", "functions/session"],
  infra: ["blueprints", "workflows", "functions/session"],
  cli: ["blueprints", "workflows", "functions/session"],
  local: ["blueprints", "workflows", "functions/session"],
};
const parts = Object.keys(mayImport).sort((one, other) => other.length - one.length);

/** Relative imports and exports of any kind: values, types, dynamic ones. */
const imports = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g;

/** A function's folder is a part of its own: launch does not import teardown. */
function partOf(file: string): string {
  const part = parts.find((name) => file.startsWith(`${name}/`)) ?? dirname(file).split("/")[0] ?? "";
  return part === "functions" ? file.split("/").slice(0, 2).join("/") : part;
}

const allowedFor = (part: string) => mayImport[part] ?? mayImport[part.split("/")[0] ?? ""] ?? [];

interface Import {
  from: string;
  to: string;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(imports)].map(([, target = ""]) => ({
    from: file,
    to: relative(root, join(root, dirname(file), target)),
  }));
}

const forbidden = ({ from, to }: Import) =>
  partOf(from) !== partOf(to) && !allowedFor(partOf(from)).includes(partOf(to));

const files = Object.keys(mayImport)
  .filter((part) => part !== "functions/session")
  .flatMap((part) => globSync(`${part}/**/*.{ts,mjs,js}`, { cwd: root }));

test("the parts of the house import only what design allows", () => {
  const all = files.flatMap(importsOf);
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter(forbidden).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

test.each([
  ["blueprints/admin.ts", "functions/session/names.ts"],
  ["workflows/fields.ts", "functions/session/names.ts"],
  ["functions/session/store.ts", "functions/launch/admit.ts"],
  ["functions/launch/admit.ts", "functions/teardown/claim.ts"],
  ["infra/app.ts", "functions/launch/admit.ts"],
  ["infra/app.ts", "local/start.ts"],
  ["functions/react/act.ts", "infra/config.ts"],
  ["local/start.ts", "cli/main.ts"],
])("%s could not import %s unnoticed", (from, to) => {
  expect(forbidden({ from, to })).toBe(true);
});

test("imports of types count as well", () => {
  const line = 'import type { Config } from "../infra/config.ts";';
  expect([...line.matchAll(imports)].map(([, target]) => target)).toEqual(["../infra/config.ts"]);
});
