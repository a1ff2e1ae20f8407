import { admin } from "./admin.ts";
import type { Blueprint } from "./blueprint.ts";

export type { Blueprint, Market } from "./blueprint.ts";

/** Every kind of machine, by name. */
export const blueprints: ReadonlyMap<string, Blueprint> = new Map(
  [admin].map((blueprint) => [blueprint.name, blueprint]),
);

/** The blueprint of that name; throws when there is none, because names are checked where they come in. */
export function blueprintNamed(name: string): Blueprint {
  const found = blueprints.get(name);
  if (found === undefined) throw new Error(`no blueprint is named "${name}"`);
  return found;
}
