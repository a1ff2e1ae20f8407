import { expect, it } from "vitest";
import { launchFigures } from "../../../cli/session/launch-figures.ts";
import { machine, minutesAfter, now, session } from "../fixture/session.ts";

const ready = (zone: string, minutes: number) =>
  session({ machine: { ...machine, zone }, readyAt: minutesAfter(minutes).toISOString() });
const ending = { endedAt: now.toISOString(), saved: "", hours: 0, cost: 0, onDemandCost: 0 };
const over = (reason: "launch-failed" | "operator", zone?: string) =>
  session({ reason, ending, ...(zone !== undefined && { machine: { ...machine, zone } }) });

it("counts launches that arrived and that failed, in all and by zone, with the median time", () => {
  const records = [
    ...[ready("b", 1), ready("a", 1), ready("a", 2), ready("a", 9)],
    ...[over("launch-failed", "a"), over("launch-failed"), over("operator", "c"), session()],
  ];
  expect(launchFigures(records)).toEqual({
    ...{ ready: 4, failed: 2, medianSecondsToReady: 90 },
    byZone: [
      { zone: "a", ready: 3, failed: 1, medianSecondsToReady: 120 },
      { zone: "b", ready: 1, failed: 0, medianSecondsToReady: 60 },
      { zone: "none", ready: 0, failed: 1, medianSecondsToReady: null },
    ],
  });
});

it("of no launch is nothing", () => {
  expect(launchFigures([])).toEqual({ ready: 0, failed: 0, medianSecondsToReady: null, byZone: [] });
});
