import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { leftOut } from "../left-out.ts";

const template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })),
});

/** A template without the resources that the engine has no type for (`leftOut.resourceTypes`). */
export function withoutLeftOut(text: string): string {
  const { Resources, ...rest } = template.parse(JSON.parse(text));
  const types: readonly string[] = leftOut.resourceTypes.names;
  const kept = Object.entries(Resources).filter(([, { Type }]) => !types.includes(Type));
  return JSON.stringify({ ...rest, Resources: Object.fromEntries(kept) });
}

/** A copy of a synthesis with these stacks as the engine can take them; what was synthesized stays as it is for AWS. */
export function copyForEngine(assembly: string, stacks: readonly string[]): string {
  const copy = `${assembly}.engine`;
  rmSync(copy, { recursive: true, force: true });
  cpSync(assembly, copy, { recursive: true });
  for (const stack of stacks) {
    const file = join(copy, `${stack}.template.json`);
    writeFileSync(file, withoutLeftOut(readFileSync(file, "utf8")));
  }
  return copy;
}
