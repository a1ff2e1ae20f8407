import { describe, expect, it } from "vitest";
import { judge } from "../../../functions/sweep/judge.ts";
import {
  claimedBy,
  launchArn,
  machine,
  minutesAfter,
  now,
  session,
  teardownArn,
} from "../fixture/session.ts";
import { factsOf, itsMachine, later, marked, minutesBefore, ready, thing, undertaker } from "./facts.ts";

const well = { findings: [itsMachine, undertaker()], records: [ready()] };
const holder = teardownArn(1);
const over = new Map([[holder, "over" as const]]);
const dead = { ...claimedBy(holder, 90), claimedAt: minutesBefore(10) };

describe("a session that the sweep ends", () => {
  it("is told since when it was due, and is ended as its next teardown", () => {
    const records = [ready({ expiresAt: minutesBefore(20), generation: 4 })];
    expect(judge(factsOf({ ...well, records })).ends).toEqual([
      {
        session: "tea",
        reason: "expired",
        why: `its time was over at ${minutesBefore(20)}, and nobody has ended it`,
        generation: 4,
      },
    ]);
  });

  it.each([
    ["a later end counts, once it is due as well", 30, 15, [minutesBefore(15)]],
    ["an earlier one does not put it forward", 10, 30, []],
  ])("when the operator was told: %s", (_, expiredMinutes, toldMinutes, since) => {
    const notice = {
      reason: "expired" as const,
      toldAt: minutesBefore(40),
      endsAt: minutesBefore(toldMinutes),
    };
    const records = [ready({ expiresAt: minutesBefore(expiredMinutes), notice })];
    const { ends } = judge(factsOf({ ...well, records }));
    expect(ends.map(({ why }) => why)).toEqual(
      since.map((time) => `its time was over at ${time}, and nobody has ended it`),
    );
  });

  it("because its launch is over says how long it has been launching", () => {
    const records = [session({ requestedAt: minutesBefore(15), generation: 4 })];
    const executions = new Map([[launchArn, "over" as const]]);
    expect(judge(factsOf({ findings: [undertaker()], records, executions })).ends).toEqual([
      {
        session: "tea",
        reason: "launch-stopped",
        why: `its launch is over, and it is launching since ${minutesBefore(15)}`,
        generation: 4,
      },
    ]);
  });

  it("is not one that is ready, although its launch is over", () => {
    expect(judge(factsOf({ ...well, executions: new Map([[launchArn, "over" as const]]) })).ends).toEqual([]);
  });

  it("is not asked about, repaired or reported besides", () => {
    const records = [ready({ expiresAt: minutesBefore(20) })];
    const machinesById = new Map([[machine.instanceId, "untagged" as const]]);
    const findings = [{ ...itsMachine, says: ["idle" as const] }];
    const { ends, repairs, asks, reports } = judge(factsOf({ findings, records, machinesById }));
    expect(ends).toHaveLength(1);
    expect([repairs, asks, reports]).toEqual([[], [], []]);
  });
});

describe("an end that was begun and not finished", () => {
  it("says since when, for the reason that it was begun for", () => {
    const lapsed = { ...dead, claimedAt: minutesBefore(120), expiresAt: minutesBefore(55) };
    const records = [ready({ claim: lapsed, reason: "idle", generation: 1 })];
    expect(judge(factsOf({ ...well, records })).ends).toEqual([
      {
        session: "tea",
        reason: "idle",
        why: `its end (idle) was begun at ${minutesBefore(120)} and not finished`,
        generation: 1,
      },
    ]);
  });

  it("and that nobody has claimed is as old as its session", () => {
    const at = (minutes: number) => ready({ reason: "operator", requestedAt: minutesBefore(minutes) });
    expect(judge(factsOf({ ...well, records: [at(119)] })).ends).toEqual([]);
    expect(judge(factsOf({ ...well, records: [at(120)] })).ends).toEqual([
      {
        session: "tea",
        reason: "operator",
        why: `its end (operator) was begun at ${minutesBefore(120)} and not finished`,
        generation: 0,
      },
    ]);
  });

  it("and that names no reason is the sweep's own", () => {
    const { ends } = judge(
      factsOf({ findings: [itsMachine], records: [ready({ claim: dead })], executions: over }),
    );
    expect(ends).toMatchObject([{ reason: "swept", deadClaim: dead }]);
  });

  it("is left alone while nobody can say whether somebody comes back, but not for ever", () => {
    const unlisted = new Set(["schedule" as const]);
    const at = (minutes: number) => [
      ready({
        reason: "idle",
        claim: { ...dead, claimedAt: minutesBefore(minutes), expiresAt: minutesBefore(1) },
      }),
    ];
    expect(judge(factsOf({ findings: [itsMachine], records: at(119), unlisted })).ends).toEqual([]);
    expect(judge(factsOf({ findings: [itsMachine], records: at(120), unlisted })).ends).toHaveLength(1);
  });

  it("is not overtaken after two hours while its teardown is at work", () => {
    const claim = { ...dead, claimedAt: minutesBefore(180) };
    const executions = new Map([[holder, "running" as const]]);
    expect(judge(factsOf({ ...well, records: [ready({ claim, reason: "idle" })], executions })).ends).toEqual(
      [],
    );
  });
});

describe("an undertaker that is missing", () => {
  const hired = (different: Parameters<typeof ready>[0]) =>
    judge(factsOf({ findings: [itsMachine], records: [ready(different)] })).repairs;

  it("comes at once when the time is over already", () => {
    expect(hired({ expiresAt: minutesBefore(3) })).toMatchObject([{ at: later }]);
  });

  it("of an end that is at work comes when its claim lapses, to finish it", () => {
    expect(hired({ claim: dead, reason: "idle" })).toEqual([
      {
        repair: "hire-undertaker",
        session: "tea",
        at: new Date(dead.expiresAt),
        endReason: "idle",
        why: "nobody would have come to end session tea",
      },
    ]);
  });

  it("is not put off by a claim that has lapsed", () => {
    const lapsed = { ...dead, expiresAt: minutesBefore(1) };
    const [repair] = hired({ claim: lapsed });
    expect(repair).toMatchObject({ at: new Date(ready().expiresAt) });
    expect(repair).not.toHaveProperty("endReason");
  });

  it("is hired from the fifth minute on", () => {
    const at = (minutes: number) => session({ requestedAt: minutesBefore(minutes) });
    expect(judge(factsOf({ records: [at(4.9)] })).repairs).toEqual([]);
    expect(judge(factsOf({ records: [at(5)] })).repairs).toHaveLength(1);
  });
});

describe("the machine of a session", () => {
  const memory = marked(10, "session tea");

  it("is there when it was looked up by its id, tagged, and nothing is told", () => {
    const machinesById = new Map([[machine.instanceId, "tagged" as const]]);
    const { ends, reports, marks } = judge(
      factsOf({ findings: [undertaker()], records: [ready()], machinesById, memory }),
    );
    expect([ends, reports, marks]).toEqual([[], [], {}]);
  });

  it("is not another session's, nor another thing of its own", () => {
    const findings = [undertaker(), thing("machine", "i-9", "milk"), thing("volume", "vol-1")];
    const records = [ready(), ready({ id: "milk", machine: { ...machine, instanceId: "i-9" } })];
    const { ends } = judge(factsOf({ findings, records, memory }));
    expect(ends).toMatchObject([{ session: "tea", reason: "machine-gone" }]);
  });

  it("is not missed while the session is launching", () => {
    const records = [session({ requestedAt: minutesBefore(10) })];
    expect(judge(factsOf({ findings: [undertaker()], records, memory }))).toMatchObject({
      ends: [],
      marks: {},
    });
  });
});

describe("what is asked again", () => {
  it("is asked once, however many say it", () => {
    const findings = [
      { ...itsMachine, says: ["asks" as const] },
      { ...thing("alarm", "moonbase/tea/idle"), says: ["idle" as const] },
      { ...thing("alarm", "moonbase/tea/other"), says: ["idle" as const] },
      { ...thing("alarm", "moonbase/milk/idle", "milk"), says: ["idle" as const] },
      undertaker(),
    ];
    expect(judge(factsOf({ findings, records: [ready()] })).asks).toEqual([
      { session: "tea", about: "asks" },
      { session: "tea", about: "idle" },
    ]);
  });

  it("is not what another session's things say", () => {
    const findings = [itsMachine, undertaker(), { ...thing("alarm", "a", "milk"), says: ["idle" as const] }];
    expect(judge(factsOf({ findings, records: [ready()] })).asks).toEqual([]);
  });

  it("is that it is on its tailnet only while its port is open", () => {
    const findings = [{ ...itsMachine, says: ["tailnet" as const] }, undertaker()];
    expect(judge(factsOf({ findings, records: [ready()] })).asks).toEqual([
      { session: "tea", about: "tailnet" },
    ]);
    const doorChanges = [{ at: now.toISOString(), sourceCidr: null, execution: "x" }];
    expect(judge(factsOf({ findings, records: [ready({ doorChanges })] })).asks).toEqual([]);
  });

  it("is what the machine says while a notice has not run out for a quarter of an hour", () => {
    const findings = [{ ...itsMachine, says: ["idle" as const] }, undertaker()];
    const about = (minutes: number) => {
      const notice = { reason: "idle" as const, toldAt: minutesBefore(30), endsAt: minutesBefore(minutes) };
      return judge(factsOf({ findings, records: [ready({ notice })] })).asks.map((ask) => ask.about);
    };
    expect(about(14.9)).toEqual(["idle"]);
    expect(about(15)).toEqual(["notice"]);
  });

  it("is nothing of a machine that is kept while a teardown is at work", () => {
    const kept = { since: minutesBefore(20), why: "no answer", attempts: 1 };
    const records = [
      ready({ kept, reason: "expired", claim: { ...dead, claimedAt: minutesAfter(50).toISOString() } }),
    ];
    expect(judge(factsOf({ ...well, records })).asks).toEqual([]);
  });
});
