import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../../../functions/session/record.ts";
import type { Finding } from "../../../functions/sweep/finding.ts";
import { judge } from "../../../functions/sweep/judge.ts";
import { report } from "../../../functions/sweep/report.ts";
import { machine, now } from "../fixture/session.ts";
import { factsOf, itsMachine, later, minutesBefore, ready, undertaker } from "./facts.ts";

const nothingDone = { ended: [], putOff: [], repaired: [], asked: [], failures: [] };
const expiresAt = new Date(later.getTime() + 600 * 60_000).toISOString();
const why = "not backed up: S3 cannot be reached";

/** What a sweep says of a devbox that has been ready for an hour. */
function said(
  own: Pick<Finding, "saved" | "unsaved">,
  different: Partial<SessionRecord> = {},
  at = later,
): string[] {
  const records = [ready({ blueprint: "devbox", expiresAt, ...different })];
  return judge(factsOf({ now: at, findings: [{ ...itsMachine, ...own }, undertaker()], records })).reports;
}

describe("a box that saves by itself", () => {
  it("is told of when four backups in a row did not come about: since when, and why", () => {
    const saved = minutesBefore(40);
    const unsaved = `${minutesBefore(30)} ${why}`;
    expect(said({ saved, unsaved })).toEqual([
      `session tea: what it holds was last backed up at ${saved}; its backups fail since ${unsaved}`,
    ]);
    expect(said({ saved: minutesBefore(39), unsaved })).toEqual([]);
  });

  it("is told of when it has never made one, and when it does not say why", () => {
    expect(said({})).toEqual([
      `session tea: what it holds has never been backed up since it was ready at ${now.toISOString()}; the machine does not say why`,
    ]);
    expect(said({}, { readyAt: minutesBefore(39) })).toEqual([]);
  });

  it("is as well off with a save that was asked for", () => {
    const save = { outcome: "saved" as const, message: "all", id: "0123", at: minutesBefore(20) };
    expect(said({ saved: minutesBefore(50) }, { save })).toEqual([]);
    expect(said({ saved: minutesBefore(50) }, { save: { ...save, outcome: "failed" } })).toHaveLength(1);
  });

  it("has a tag that is no time: it counts as none", () => {
    expect(said({ saved: "yesterday" }, { readyAt: minutesBefore(20) })).toEqual([]);
    expect(said({ saved: "yesterday" })).toHaveLength(1);
  });

  it.each([
    ["of another kind", { blueprint: "admin" }],
    ["that is being launched", { status: "launching" as const }],
    ["that is kept, of which the operator knows", { kept: { since: minutesBefore(50), why, attempts: 2 } }],
    ["whose end has begun", { reason: "idle" as const }],
  ])("not one %s", (_, different) => {
    expect(said({}, different)).toEqual([]);
  });

  it("not one whose machine was not found: that is another matter", () => {
    const records = [ready({ blueprint: "devbox", expiresAt, machine: { ...machine, instanceId: "i-2" } })];
    expect(judge(factsOf({ findings: [itsMachine, undertaker()], records })).reports).toEqual([]);
  });
});

it("without S3 for two hours, the operator hears of it once, and again when it comes back and goes away again", () => {
  const start = later.getTime();
  let told = {};
  const notices: number[] = [];
  for (let minute = 0; minute <= 240; minute += 10) {
    const at = new Date(start + minute * 60_000);
    // It is away from the start on, is there for a moment after two hours, and is away again.
    const saved = new Date(start + (minute >= 120 ? 120 : 0) * 60_000).toISOString();
    const unsaved = `${new Date(start + (minute > 120 ? 130 : 10) * 60_000).toISOString()} ${why}`;
    const written = report(nothingDone, said({ saved, unsaved }, {}, at), [], told, at);
    told = written.told;
    if (written.notice !== undefined) notices.push(minute);
  }
  expect(notices).toEqual([40, 160]);
});
