import type { Blueprint } from "./blueprint.ts";

/** What is wanted of a kind of machine other than the blueprint says; what is left out stays. */
export interface Choice {
  readonly variant?: string | undefined;
  /** GiB. */
  readonly rootGiB?: number | undefined;
}

/** The names that `variant` may have: none where there is nothing to choose. */
export const variantNames = ({ variants = {} }: Blueprint): string[] => Object.keys(variants);

/** Every public parameter that names an image of this kind of machine. */
export const imageParameters = ({ image, variants = {} }: Blueprint): string[] => [
  ...new Set([image.parameter, ...Object.values(variants).map((variant) => variant.image)]),
];

/**
 * The blueprint as it was chosen: still a blueprint, so that nobody else has to know of choices. Throws when it has no such
 * variant, because names are checked where they come in.
 */
export function chosen(blueprint: Blueprint, { variant: name, rootGiB }: Choice): Blueprint {
  const storage = { ...blueprint.storage, ...(rootGiB !== undefined && { rootGiB }) };
  if (name === undefined) return { ...blueprint, storage };
  const variant = variantNames(blueprint).includes(name) ? blueprint.variants?.[name] : undefined;
  if (variant === undefined) throw new Error(`blueprint ${blueprint.name} has no variant "${name}"`);
  const { image: parameter, instanceTypes } = variant;
  return { ...blueprint, storage, instanceTypes, image: { ...blueprint.image, parameter } };
}
