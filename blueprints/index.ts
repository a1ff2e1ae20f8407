import { admin } from "./admin.ts";
import type { Blueprint } from "./blueprint.ts";
import { devbox } from "./devbox.ts";
import { retention } from "./retention.ts";
import { standIn } from "./stand-in.ts";

export type { Blueprint, Market } from "./blueprint.ts";
export { type Choice, chosen, imageParameters, variantNames } from "./choose.ts";

/** Blueprints that stand in for others in tests; a deployment never has them. */
const standIns: readonly Blueprint[] = [standIn];
const withStandIns = process.env.MOONBASE_STAND_INS === "yes";

/** Every kind of machine, by name. */
export const blueprints: ReadonlyMap<string, Blueprint> = new Map(
  [admin, devbox, retention, ...(withStandIns ? standIns : [])].map((blueprint) => [
    blueprint.name,
    blueprint,
  ]),
);

/** The scripts of these are not shipped. */
export const namesOfAbsentStandIns: readonly string[] = withStandIns ? [] : standIns.map(({ name }) => name);

/** The blueprint of that name; throws when there is none, because names are checked where they come in. */
export function blueprintNamed(name: string): Blueprint {
  const found = blueprints.get(name);
  if (found === undefined) throw new Error(`no blueprint is named "${name}"`);
  return found;
}
