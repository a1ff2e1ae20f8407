import { describe, expect, it } from "vitest";
import { report } from "../../../functions/sweep/report.ts";
import { later, minutesBefore } from "./facts.ts";

const done = { ended: [], putOff: [], repaired: [], asked: [], failures: [] };
const end = { session: "tea", reason: "swept" as const, why: "volume vol-1 left" };

describe("the notice of a sweep", () => {
  it("is not written when nothing was found, and not for what was only marked or asked", () => {
    const asked = [{ session: "tea", about: "idle" as const }];
    expect(report({ ...done, asked }, [], [], {}, later)).toEqual({ told: {} });
  });

  it("lists what is ended, what waits, what was put right, what is left as it is, and what failed", () => {
    const repaired = [
      { repair: "hire-undertaker" as const, session: "milk", at: later, why: "hired for milk" },
    ];
    const putOff = [{ ...end, session: "jam" }];
    const { notice } = report(
      { ...done, ended: [end], putOff, repaired },
      ["machine i-9 names no session"],
      ["volume: could not be listed (AccessDenied)"],
      {},
      later,
    );
    expect(notice?.subject).toContain("1 failed");
    expect(notice?.lines.filter((line) => line.startsWith("- "))).toEqual([
      "- session tea (swept): volume vol-1 left",
      "- session jam: volume vol-1 left",
      "- hired for milk",
      "- machine i-9 names no session",
      "- volume: could not be listed (AccessDenied)",
    ]);
  });

  it("says once a day what stays as it is", () => {
    const tell = (told: Record<string, string>) => report(done, ["odd"], [], told, later);
    expect(tell({}).notice).toBeDefined();
    expect(tell({}).told).toEqual({ odd: later.toISOString() });
    const yesterday = { odd: minutesBefore(24 * 60 - 1) };
    expect(tell(yesterday)).toEqual({ told: yesterday });
    expect(tell({ odd: minutesBefore(24 * 60) }).notice).toBeDefined();
  });

  it("does not remember more than an item of the table holds", () => {
    const odd = Array.from({ length: 1_000 }, (_, index) => `odd ${index}`);
    expect(Object.keys(report(done, odd, [], {}, later).told)).toHaveLength(300);
  });

  it("forgets what is no more, so that it is news when it comes back", () => {
    expect(report(done, [], [], { odd: minutesBefore(1) }, later)).toEqual({ told: {} });
  });
});
