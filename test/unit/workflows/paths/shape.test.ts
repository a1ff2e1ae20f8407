import fc from "fast-check";
import { expect, it } from "vitest";
import * as z from "zod";
import { shapeOf } from "./contract.ts";
import { lookUp, put } from "./path.ts";
import { join, type Shape } from "./shape.ts";

const leaf: fc.Arbitrary<Shape> = fc.constantFrom<Shape>(
  { kind: "text" },
  { kind: "text", values: ["a"] },
  { kind: "text", values: ["b"] },
  { kind: "number" },
  { kind: "null" },
  { kind: "anything" },
);
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ kind: fc.constant("list" as const), of: tie("shape") }),
    fc
      .dictionary(fc.constantFrom("a", "b", "c"), fc.record({ shape: tie("shape"), always: fc.boolean() }))
      .map((fields) => ({
        kind: "object" as const,
        fields: Object.fromEntries(Object.entries(fields).sort(([one], [other]) => one.localeCompare(other))),
      })),
  ),
}));
const steps = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 3 });

it("joining promises nothing that one of the two does not", () => {
  fc.assert(
    fc.property(shape, shape, steps, (one, other, path) => {
      const both = lookUp(one, path) !== undefined && lookUp(other, path) !== undefined;
      if (lookUp(join(one, other), path) !== undefined) expect(both).toBe(true);
    }),
  );
});

it("joining is the same whichever comes first, and comes to an end", () => {
  fc.assert(
    fc.property(shape, shape, (one, other) => {
      const joined = join(one, other);
      expect(join(other, one)).toEqual(joined);
      expect(join(joined, one)).toEqual(joined);
    }),
  );
});

it("what is put somewhere is there, and what was beside it stays", () => {
  fc.assert(
    fc.property(shape, steps, leaf, (whole, path, value) => {
      expect(lookUp(put(whole, path, value), path)).toEqual(value);
    }),
  );
  const before: Shape = { kind: "object", fields: { a: { shape: { kind: "null" }, always: true } } };
  expect(lookUp(put(before, ["b"], { kind: "number" }), ["a"])).toEqual({ kind: "null" });
});

it("reads a contract as what comes out of it", () => {
  const contract = z.object({
    outcome: z.enum(["b", "a"]),
    done: z.literal("yes"),
    hours: z.int(),
    force: z.boolean().default(false),
    address: z.string().nullable(),
    claim: z.object({}).optional(),
  });
  const found = shapeOf(contract);
  expect(lookUp(found, ["outcome"])).toEqual({ kind: "text", values: ["a", "b"] });
  expect(lookUp(found, ["done"])).toEqual({ kind: "text", values: ["yes"] });
  expect(lookUp(found, ["hours"])).toEqual({ kind: "number" });
  expect(lookUp(found, ["force"])).toEqual({ kind: "boolean" });
  expect(lookUp(found, ["address"])).toEqual({ kind: "either", of: [{ kind: "text" }, { kind: "null" }] });
  expect(lookUp(found, ["claim"])).toBeUndefined();
});
