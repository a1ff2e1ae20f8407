import { anything, type Field, join, type Shape } from "./shape.ts";

/** A path as both AWS and the engine understand it: names and list places, nothing cleverer. */
export function stepsOf(path: string): string[] | undefined {
  if (!/^\$(?:\.\w+|\['[^']+'\]|\[\d+\]|\[\*\])*$/.test(path)) return undefined;
  return [...path.matchAll(/\.(\w+)|\['([^']+)'\]|(\[(?:\d+|\*)\])/g)].map(
    ([, plain, quoted, place]) => plain ?? quoted ?? place ?? "",
  );
}

const isPlace = (step: string) => step.startsWith("[");

/** What is at a path, or undefined when it is not sure that something is. */
export function lookUp(shape: Shape, steps: string[]): Shape | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return shape;
  if (shape.kind === "either") {
    const found = shape.of.map((part) => lookUp(part, steps));
    const sure = found.filter((part) => part !== undefined);
    return sure.length < found.length ? undefined : sure.reduce(join);
  }
  if (shape.kind === "list" && step === "[*]") {
    const of = lookUp(shape.of, rest);
    return of === undefined ? undefined : { kind: "list", of };
  }
  // A list may be empty, so no numbered place of it is sure.
  if (shape.kind !== "object" || isPlace(step)) return undefined;
  const field = shape.fields[step];
  return field?.always ? lookUp(field.shape, rest) : undefined;
}

/** The fields of an object; a ResultPath into anything else makes an object of it. */
const fieldsOf = (shape: Shape): Record<string, Field> => (shape.kind === "object" ? shape.fields : {});

/** Puts a value at a path; what was there is gone, what was beside it stays. */
export function put(shape: Shape, steps: string[], value: Shape): Shape {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const fields = fieldsOf(shape);
  const inner = put(fields[step]?.shape ?? { kind: "object", fields: {} }, rest, value);
  const entries = Object.entries({ ...fields, [step]: { shape: inner, always: true } });
  return {
    kind: "object",
    fields: Object.fromEntries(entries.sort(([one], [other]) => one.localeCompare(other))),
  };
}

/** What is known once it is known that something is at a path. */
export function assume(shape: Shape, steps: string[]): Shape {
  const [step, ...rest] = steps;
  if (step === undefined || shape.kind !== "object") return shape;
  return put(shape, [step], assume(shape.fields[step]?.shape ?? anything, rest));
}
