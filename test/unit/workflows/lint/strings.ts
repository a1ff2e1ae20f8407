/** A value that looks like a path or an expression, and the keys that lead to it. */
export interface Text {
  keys: string[];
  text: string;
}

/** Every text in a value, but not in the states inside a Map or Parallel: those are looked at by themselves. */
export function textsIn(value: unknown, keys: string[] = []): Text[] {
  if (typeof value === "string") return [{ keys, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => key !== "States" && key !== "Comment")
    .flatMap(([key, inner]) => textsIn(inner, [...keys, key]));
}

/** Every key in a value, with the same exception. */
export function keysIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .filter(([key]) => key !== "States")
    .flatMap(([key, inner]) => [key, ...keysIn(inner)]);
}
