import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import * as z from "zod";

const root = join(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/architecture.md"), "utf8");
const workflows = readdirSync(join(root, "workflows")).filter((name) => name.endsWith(".asl.json"));
const machine = z.looseObject({ States: z.record(z.string(), z.unknown()) });

it.each(workflows)("docs/architecture.md tells every state of %s", (file) => {
  const { States } = machine.parse(JSON.parse(readFileSync(join(root, "workflows", file), "utf8")));
  const name = file.replace(".asl.json", "");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? "";
  expect(Object.keys(States).filter((state) => !section.includes(`\`${state}\``))).toEqual([]);
});
