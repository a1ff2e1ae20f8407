import * as z from "zod";
import type { Rule } from "../definition.ts";
import { assume, lookUp, stepsOf } from "./path.ts";
import type { Shape } from "./shape.ts";
import { type Reader, read } from "./template.ts";

const rules = z.array(z.looseObject({ Variable: z.string().optional() }));

/** The kind of value that a comparison is of; one of another kind is never true. */
const kinds: [RegExp, Shape["kind"]][] = [
  [/^(String|Timestamp)(?!Matches)/, "text"],
  [/^StringMatches/, "text"],
  [/^Numeric/, "number"],
  [/^Boolean/, "boolean"],
];

const canBe = (shape: Shape, kind: Shape["kind"]): boolean =>
  shape.kind === kind ||
  shape.kind === "anything" ||
  (shape.kind === "either" && shape.of.some((part) => canBe(part, kind)));

const textsOf = (shape: Shape): string[] | undefined => (shape.kind === "text" ? shape.values : undefined);

/** Checks one rule of a Choice; answers what is known of the input when it holds. */
export function judge(rule: Rule, reader: Reader): Shape {
  const all = rules.safeParse(rule.And).data;
  if (all !== undefined)
    return all.reduce((input, inner) => judge(inner, { ...reader, input }), reader.input);
  for (const inner of [
    ...(rules.safeParse(rule.Or).data ?? []),
    ...(rules.safeParse([rule.Not]).data ?? []),
  ]) {
    judge(inner, reader);
  }
  if (rule.Variable === undefined) return reader.input;
  if (typeof rule.IsPresent === "boolean") return judgePresence(rule.Variable, rule.IsPresent, reader);
  compare(rule, read(rule.Variable, reader), reader);
  return reader.input;
}

/** The engine takes null for absent, AWS does not: where null can be, the answer differs. */
function judgePresence(variable: string, present: boolean, { input, complain }: Reader): Shape {
  const steps = stepsOf(variable);
  if (steps === undefined) return input;
  const assumed = assume(input, steps);
  const found = lookUp(assumed, steps);
  if (found !== undefined && found.kind !== "anything" && canBe(found, "null")) {
    complain(`${variable} may be null, and IsPresent of null is not the same in the engine`);
  }
  return present ? assumed : input;
}

function compare(rule: Rule, value: Shape, reader: Reader): void {
  for (const [operator, operand] of Object.entries(rule)) {
    const kind = kinds.find(([pattern]) => pattern.test(operator))?.[1];
    if (kind === undefined) continue;
    if (!canBe(value, kind))
      reader.complain(`${rule.Variable} is never a ${kind}: ${operator} is never true`);
    if (operator.endsWith("Path") && typeof operand === "string") read(operand, reader);
    const values = textsOf(value);
    if (operator !== "StringEquals" || typeof operand !== "string" || values === undefined) continue;
    if (!values.includes(operand)) {
      reader.complain(`${rule.Variable} is never "${operand}"; it is one of: ${values.join(", ")}`);
    }
  }
}
