/** What is known of a JSON value before it exists. */
export type Shape =
  /** Nothing is known, so no path into it is sure to be there. */
  | { kind: "anything" }
  | { kind: "null" | "number" | "boolean" }
  /** One of these texts; any text without them. */
  | { kind: "text"; values?: string[] }
  | { kind: "list"; of: Shape }
  | { kind: "object"; fields: Record<string, Field> }
  | { kind: "either"; of: Shape[] };

export interface Field {
  shape: Shape;
  /** Whether it is there whatever happened. */
  always: boolean;
}

export const anything: Shape = { kind: "anything" };
export const text: Shape = { kind: "text" };
export const number: Shape = { kind: "number" };

/** An object whose fields are all always there. */
export const objectOf = (shapes: Record<string, Shape>): Shape => ({
  kind: "object",
  fields: Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, always: true }])),
});

export const same = (one: Shape, other: Shape) => JSON.stringify(one) === JSON.stringify(other);

/** What is known of a value that is the one or the other: where two ways meet, only what both are sure of is sure. */
export function join(one: Shape, other: Shape): Shape {
  if (same(one, other)) return one;
  if (one.kind === "anything" || other.kind === "anything") return anything;
  if (one.kind === "text" && other.kind === "text") {
    if (one.values === undefined || other.values === undefined) return text;
    return { kind: "text", values: [...new Set([...one.values, ...other.values])].sort() };
  }
  if (one.kind === "list" && other.kind === "list") return { kind: "list", of: join(one.of, other.of) };
  if (one.kind === "object" && other.kind === "object") {
    return { kind: "object", fields: joinFields(one.fields, other.fields) };
  }
  return either([...partsOf(one), ...partsOf(other)]);
}

const partsOf = (shape: Shape) => (shape.kind === "either" ? shape.of : [shape]);

/** Of each kind one, so that joining again and again comes to an end. */
function either(shapes: Shape[]): Shape {
  const byKind = new Map<string, Shape>();
  for (const shape of shapes) {
    const before = byKind.get(shape.kind);
    byKind.set(shape.kind, before === undefined ? shape : join(before, shape));
  }
  const parts = [...byKind.values()].sort((one, other) => one.kind.localeCompare(other.kind));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "either", of: parts };
}

function joinFields(one: Record<string, Field>, other: Record<string, Field>): Record<string, Field> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(
    names.flatMap((name): [string, Field][] => {
      const [left, right] = [one[name], other[name]];
      if (left !== undefined && right !== undefined) {
        return [[name, { shape: join(left.shape, right.shape), always: left.always && right.always }]];
      }
      const only = left ?? right;
      return only === undefined ? [] : [[name, { ...only, always: false }]];
    }),
  );
}
