import { lookUp, stepsOf } from "./path.ts";
import { anything, number, type Shape, text } from "./shape.ts";

/** What paths are read from, and where complaints about them go. */
export interface Reader {
  input: Shape;
  context: Shape;
  complain: (what: string) => void;
}

/** What a path yields; a path that is not sure to yield anything is complained of. */
export function read(path: string, { input, context, complain }: Reader): Shape {
  const isContext = path.startsWith("$$");
  const steps = stepsOf(isContext ? path.slice(1) : path);
  if (steps === undefined) complain(`${path} is no plain path, and may mean something else elsewhere`);
  const found = steps === undefined ? anything : lookUp(isContext ? context : input, steps);
  if (found === undefined) complain(`${path} is not sure to exist`);
  return found ?? anything;
}

const yields: Record<string, Shape> = {
  "States.Format": text,
  "States.UUID": text,
  "States.JsonToString": text,
  "States.Base64Encode": text,
  "States.Base64Decode": text,
  "States.Hash": text,
  "States.MathAdd": number,
  "States.MathRandom": number,
  "States.ArrayLength": number,
  "States.ArrayContains": { kind: "boolean" },
  "States.StringSplit": { kind: "list", of: text },
};

/** A path or a call of an intrinsic function; paths among its arguments are read too. */
export function readExpression(expression: string, reader: Reader): Shape {
  const call = /^(States\.\w+)\((.*)\)$/s.exec(expression);
  if (call === null) return read(expression, reader);
  const [, name = "", given = ""] = call;
  const unquoted = given.replace(/'(?:\\.|[^'\\])*'/g, "");
  for (const [path] of unquoted.matchAll(/\${1,2}[\w.[\]*]*/g)) read(path, reader);
  return yields[name] ?? anything;
}

/** What a template (Parameters, ResultSelector, ItemSelector) yields. */
export function fill(template: unknown, reader: Reader): Shape {
  if (Array.isArray(template)) {
    return { kind: "list", of: template.length === 1 ? fill(template[0], reader) : anything };
  }
  if (typeof template === "string") return { kind: "text", values: [template] };
  if (typeof template === "number") return number;
  if (typeof template === "boolean") return { kind: "boolean" };
  if (typeof template !== "object" || template === null) return { kind: "null" };
  const fields = Object.entries(template).map(([key, value]: [string, unknown]) =>
    key.endsWith(".$") && typeof value === "string"
      ? ([key.slice(0, -2), { shape: readExpression(value, reader), always: true }] as const)
      : ([key, { shape: fill(value, reader), always: true }] as const),
  );
  return {
    kind: "object",
    fields: Object.fromEntries(fields.toSorted(([one], [other]) => one.localeCompare(other))),
  };
}
