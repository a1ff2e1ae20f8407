import { describe, expect, it } from "vitest";
import { howToKeep, reasonInWords } from "../../functions/session/reasons.ts";
import { endReason } from "../../workflows/teardown.contract.ts";

describe("why a session ends", () => {
  it.each(endReason.options)("%s reads on after 'it ends because'", (reason) => {
    expect(reasonInWords[reason]).toMatch(/^[a-z][a-z' ]+[a-z]$/);
  });

  it("is another sentence for each reason", () => {
    expect(new Set(Object.values(reasonInWords)).size).toBe(endReason.options.length);
  });
});

describe("what keeps a session whose end is announced", () => {
  it.each(["idle", "logged-out"] as const)("%s: a hold, because it is not used", (reason) => {
    expect(howToKeep(reason, "tea")).toBe("npx moonbase hold tea 60");
  });

  it("expired: more time", () => {
    expect(howToKeep("expired", "tea")).toBe("npx moonbase extend tea 60");
  });

  it.each(endReason.options.filter((reason) => !["idle", "logged-out", "expired"].includes(reason)))(
    "%s: nothing",
    (reason) => {
      expect(howToKeep(reason, "tea")).toBeUndefined();
    },
  );
});
