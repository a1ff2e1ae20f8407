import * as z from "zod";
import { anything, type Shape } from "./shape.ts";

type Schema = z.core.JSONSchema.BaseSchema | boolean;

/** The shape of what a contract lets out. */
export const shapeOf = (contract: z.ZodType): Shape =>
  fromJsonSchema(z.toJSONSchema(contract, { io: "output", unrepresentable: "any" }));

function fromJsonSchema(schema: Schema): Shape {
  if (typeof schema === "boolean") return anything;
  if (schema.anyOf !== undefined) return { kind: "either", of: schema.anyOf.map(fromJsonSchema) };
  // A nullable text may come as two types in one.
  const [type, ...others] = [schema.type ?? []].flat();
  if (type !== undefined && others.length > 0) {
    return { kind: "either", of: [type, ...others].map((one) => fromJsonSchema({ ...schema, type: one })) };
  }
  switch (type) {
    case "null":
    case "boolean":
    case "number":
      return { kind: type };
    case "integer":
      return { kind: "number" };
    case "string":
      return textOf(schema.const === undefined ? schema.enum : [schema.const]);
    case "array":
      return { kind: "list", of: schema.items === undefined ? anything : listed(schema.items) };
    case "object":
      return objectFrom(schema.properties ?? {}, schema.required ?? []);
    default:
      return anything;
  }
}

const listed = (items: Schema | Schema[]) => (Array.isArray(items) ? anything : fromJsonSchema(items));

function textOf(values: unknown[] | undefined): Shape {
  const texts = values?.filter((value) => typeof value === "string").sort();
  return texts === undefined ? { kind: "text" } : { kind: "text", values: texts };
}

const objectFrom = (properties: Record<string, Schema>, required: string[]): Shape => ({
  kind: "object",
  fields: Object.fromEntries(
    Object.entries(properties)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, inner]) => [name, { shape: fromJsonSchema(inner), always: required.includes(name) }]),
  ),
});
