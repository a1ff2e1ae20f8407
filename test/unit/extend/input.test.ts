import { describe, expect, it } from "vitest";
import { extendInput } from "../../../workflows/extend.contract.ts";
import { explain } from "../../../workflows/fields.ts";

/** What the operator is told about an input that is not accepted. */
function complaint(input: unknown): string {
  const parsed = extendInput.safeParse(input);
  if (parsed.success) throw new Error("the input was accepted");
  return explain(parsed.error, input);
}

describe("extend input", () => {
  it.each([
    { session: "tea", extendMinutes: 1 },
    { session: "tea", extendMinutes: 720 },
    { session: "tea", holdMinutes: 0 },
    { session: "tea", holdMinutes: 1440 },
    { session: "tea", extendMinutes: 60, holdMinutes: 60 },
  ])("takes %j", (input) => {
    expect(extendInput.parse(input)).toEqual(input);
  });

  it.each([
    ["no object", "tea", /^input: "tea" .*allowed: an object with session, extendMinutes, holdMinutes/],
    ["no session", { extendMinutes: 5 }, /^session: missing \(allowed: 1 to 40 letters/],
    ["nothing to do", { session: "tea" }, /^extendMinutes: missing .*extendMinutes, holdMinutes, or both/],
    [
      "another field",
      { session: "tea", minutes: 5, holdMinutes: 1 },
      /^minutes: 5 .*allowed: an object with/,
    ],
    ["no time", { session: "tea", extendMinutes: 0 }, /^extendMinutes: 0 .*allowed: 1 to 720 whole minutes/],
    ["too much time", { session: "tea", extendMinutes: 721 }, /^extendMinutes: 721 .*1 to 720/],
    ["half a minute", { session: "tea", extendMinutes: 1.5 }, /^extendMinutes: 1\.5 .*1 to 720/],
    ["text", { session: "tea", holdMinutes: "60" }, /^holdMinutes: "60" .*0 to 1440 whole minutes/],
    ["a hold backwards", { session: "tea", holdMinutes: -1 }, /^holdMinutes: -1 .*0 to 1440/],
    ["a hold of two days", { session: "tea", holdMinutes: 2880 }, /^holdMinutes: 2880 .*0 to 1440/],
  ])("refuses %s, naming field, value and what is allowed", (_, input, message) => {
    expect(complaint(input)).toMatch(message);
  });
});
