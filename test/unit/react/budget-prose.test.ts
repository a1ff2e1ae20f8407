import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAlert } from "../../../functions/react/budget-prose.ts";
import { prose } from "../fixture/budget.ts";

const ours = { budget: "moonbase-monthly", understood: true };

describe("what AWS Budgets says", () => {
  it.each([
    [{}, { type: "ACTUAL", threshold: 50, share: 53 }],
    [
      { "Alert Threshold": "> $1.60", "ACTUAL Amount": "$1.61" },
      { threshold: 80, share: 81 },
    ],
    [
      { "Alert Threshold": "> $2.00", "ACTUAL Amount": "$2.00" },
      { threshold: 100, share: 100 },
    ],
    [{ "Alert Threshold": "> 50%" }, { threshold: 50, share: 53 }],
    [
      { "Alert Threshold": "> $1.00", "ACTUAL Amount": "$9.00" },
      { threshold: 50, share: 450 },
    ],
    [{ "ACTUAL Amount": undefined }, { threshold: 50, share: 50 }],
    [{ "Alert Threshold": "> 0%" }, { threshold: 0, share: 53 }],
    [
      { "Budgeted Amount": "$2,000.00", "Alert Threshold": "> $1,000.00", "ACTUAL Amount": "$1,050.50" },
      { threshold: 50, share: 53 },
    ],
    [
      { "Alert Type": "FORECASTED", "Alert Threshold": "> $2.00", "FORECASTED Amount": "$3.00" },
      { type: "FORECASTED", threshold: 100, share: 150 },
    ],
  ])("%j is read", (lines, alert) => {
    expect(readAlert(prose(lines))).toMatchObject({ ...ours, ...alert });
    expect(readAlert(prose(lines).replaceAll("\n", "\r\n"))).toMatchObject({ ...ours, ...alert });
  });

  it.each([
    ["no type", prose({ "Alert Type": undefined })],
    ["another type", prose({ "Alert Type": "IMAGINED" })],
    ["no threshold", prose({ "Alert Threshold": undefined })],
    ["no amount to compare with", prose({ "Budgeted Amount": undefined })],
    ["a budget of nothing", prose({ "Budgeted Amount": "$0.00" })],
    ["another currency", prose({ "Alert Threshold": "> EUR 1" })],
    ["another language", "Ihr Budget ist zu 50 % verbraucht."],
    ["nothing", ""],
  ])("with %s is taken for the worst", (_, message) => {
    expect(readAlert(message)).toMatchObject({ understood: false, type: "ACTUAL" });
    expect(readAlert(message).share).toBeGreaterThanOrEqual(100);
  });

  it("with no type that can be read still tells how much more than all of it is spent", () => {
    const message = prose({ "Alert Type": undefined, "ACTUAL Amount": "$9.00" });
    expect(readAlert(message)).toMatchObject({ understood: false, threshold: 100, share: 450 });
  });

  it("whatever it says, is a share of at least its threshold, and never less than the worst when unread", () => {
    const value = fc.option(fc.oneof(fc.string(), fc.constantFrom("> $1.00", "$2", "ACTUAL")), {
      nil: undefined,
    });
    const lines = fc.record({
      "Alert Type": value,
      "Alert Threshold": value,
      "Budgeted Amount": value,
      "ACTUAL Amount": value,
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), lines.map(prose)), (message) => {
        const { share, threshold, understood } = readAlert(message);
        expect(share).toBeGreaterThanOrEqual(threshold);
        expect(Number.isNaN(share)).toBe(false);
        if (!understood) expect(share).toBeGreaterThanOrEqual(100);
      }),
    );
  });
});
