import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deployment } from "../../functions/session/deployment.ts";

const read = (file: string) => readFileSync(join(import.meta.dirname, "../..", file), "utf8");
const rows = new Map(
  [...read("README.md").matchAll(/^\| `([A-Za-z.]+)` \| .* \| (.*) \|$/gm)].map(([, key = "", last = ""]) => [
    key,
    last,
  ]),
);

/** Every key that can be set, with its default: those of an object in it by their path. */
function keysOf(values: object, path = ""): [string, unknown][] {
  return Object.entries(values).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null ? keysOf(value, `${path}${key}.`) : [[path + key, value]],
  );
}
const defaults = keysOf(deployment.parse({}));

describe("what can be set of a deployment", () => {
  it.each(defaults)("%s is in the README's table, with its default", (key, value) => {
    const told = rows.get(key);
    expect(told, `README.md has no row for ${key}`).toBeDefined();
    // Nothing is said in words.
    if (value !== null) expect(told?.replaceAll("`", "")).toBe(String(value));
  });

  it("is there without a default, too", () => {
    const withoutDefault = Object.keys(deployment.shape).filter((key) => !(key in deployment.parse({})));
    expect(withoutDefault.filter((key) => !rows.has(key))).toEqual([]);
  });

  it("is all named where the command's own file is told of", () => {
    const told = read("docs/command.md");
    expect(Object.keys(deployment.shape).filter((key) => !told.includes(`\`${key}\``))).toEqual([]);
  });
});
