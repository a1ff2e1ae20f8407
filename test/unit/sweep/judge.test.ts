import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../functions/sweep/finding.ts";
import { judge } from "../../../functions/sweep/judge.ts";
import { mostMarks, tried } from "../../../functions/sweep/marks.ts";
import { claimedBy, launchArn, machine, minutesAfter, session, teardownArn } from "../fixture/session.ts";
import { factsOf, itsMachine, later, marked, minutesBefore, ready, thing, undertaker } from "./facts.ts";

const ended = session({ status: "ended", generation: 2 });
const nothing = { ends: [], repairs: [], asks: [], reports: [], marks: {} };

describe("a thing that bears a session's name", () => {
  it.each(kinds.map((kind) => [kind]))("%s of a session without a record: marked, then ended", (kind) => {
    const findings = [thing(kind, "x-1")];
    const first = judge(factsOf({ findings }));
    expect(first).toEqual({
      ...nothing,
      marks: { [`${kind} x-1`]: { session: "tea", seenAt: later.toISOString(), tries: 0 } },
    });
    const second = judge(factsOf({ findings, memory: marked(10, `${kind} x-1`) }));
    expect(second.ends).toEqual([
      { session: "tea", reason: "swept", why: `${kind} x-1 left of a session that has no record` },
    ]);
  });

  it("of an ended session is ended too, as the next of its teardowns", () => {
    const facts = { findings: [thing("volume", "vol-1")], records: [ended] };
    expect(judge(factsOf(facts)).ends).toEqual([]);
    expect(judge(factsOf({ ...facts, memory: marked(10, "volume vol-1") })).ends).toEqual([
      {
        session: "tea",
        reason: "swept",
        generation: 2,
        why: "volume vol-1 left of a session that has ended",
      },
    ]);
  });

  it("is not believed within five minutes: two sweeps may follow at once", () => {
    const findings = [thing("volume", "vol-1")];
    expect(judge(factsOf({ findings, memory: marked(4.9, "volume vol-1") })).ends).toEqual([]);
    expect(judge(factsOf({ findings, memory: marked(5, "volume vol-1") })).ends).toHaveLength(1);
  });

  it("several are one end, and only those that were seen twice are its reason", () => {
    const findings = [thing("volume", "vol-1"), thing("alarm", "a"), thing("address", "new")];
    const { ends } = judge(factsOf({ findings, memory: marked(10, "volume vol-1", "alarm a") }));
    expect(ends.map(({ why }) => why)).toEqual([
      "volume vol-1, alarm a left of a session that has no record",
    ]);
  });

  it("of a launch under way is never a leftover, however often it is seen", () => {
    const records = [session({ requestedAt: minutesBefore(1), expiresAt: minutesAfter(200).toISOString() })];
    const findings = [itsMachine, thing("security group", "sg-1"), thing("parameter", "/p")];
    const memory = marked(60, ...findings.map(({ kind, id }) => `${kind} ${id}`));
    expect(judge(factsOf({ findings, records, memory }))).toEqual(nothing);
  });

  it("of an ended session whose second teardown is at work is left to that", () => {
    const records = [{ ...ended, claim: claimedBy(teardownArn(3), 90) }];
    const findings = [thing("volume", "vol-1")];
    expect(judge(factsOf({ findings, records, memory: marked(10, "volume vol-1") })).ends).toEqual([]);
  });

  it("is left alone while its session's record cannot be read, and its mark stays", () => {
    const memory = marked(10, "volume vol-1");
    const findings = [thing("volume", "vol-1")];
    expect(judge(factsOf({ findings, memory, unread: new Set(["tea"]) }))).toEqual({
      ...nothing,
      marks: memory.marks,
    });
  });
});

describe("marks", () => {
  const memory = marked(10, "volume vol-1");

  it("of what has vanished are dropped, so that what comes back is new", () => {
    expect(judge(factsOf({ memory })).marks).toEqual({});
  });

  it("of a kind that could not be listed stay", () => {
    expect(judge(factsOf({ memory, unlisted: new Set(["volume"]) })).marks).toEqual(memory.marks);
    expect(judge(factsOf({ memory, unlisted: new Set(["machine"]) })).marks).toEqual({});
  });

  it("know when an end was begun: not again for 20 minutes, then 40, then at least once a day", () => {
    const findings = [thing("volume", "vol-1")];
    const endsAfter = (tries: number, minutes: number) => {
      const [mark] = Object.values(memory.marks);
      const marks = { "volume vol-1": { session: "tea", seenAt: mark?.seenAt ?? "", tries } };
      const begun = tried(marks, new Set(["tea"]), new Date(later.getTime() - minutes * 60_000));
      return judge(factsOf({ findings, memory: { ...memory, marks: begun } })).ends.length;
    };
    expect([endsAfter(0, 19), endsAfter(0, 20), endsAfter(1, 39), endsAfter(1, 40)]).toEqual([0, 1, 0, 1]);
    expect([endsAfter(30, 24 * 60 - 1), endsAfter(30, 24 * 60)]).toEqual([0, 1]);
  });

  it("are bounded, and the oldest stay", () => {
    const findings = Array.from({ length: mostMarks + 100 }, (_, index) => thing("address", `new-${index}`));
    const { marks } = judge(
      factsOf({ findings: [...findings, thing("volume", "vol-1")], memory: marked(4, "volume vol-1") }),
    );
    expect(Object.keys(marks)).toHaveLength(mostMarks);
    expect(marks).toHaveProperty("volume vol-1");
  });
});

describe("a live session", () => {
  const well = { findings: [itsMachine, undertaker()], records: [ready()] };

  it("with machine and undertaker needs nothing", () => {
    expect(judge(factsOf(well))).toEqual(nothing);
  });

  it.each([
    ["is gone", ready(), `its machine ${machine.instanceId} is gone`],
    ["never was", ready({ machine: undefined }), "it never had a machine"],
  ])("whose machine %s is looked at again, then ended", (_, record, why) => {
    const facts = { findings: [undertaker()], records: [record] };
    expect(judge(factsOf(facts)).ends).toEqual([]);
    expect(Object.keys(judge(factsOf(facts)).marks)).toEqual(["session tea"]);
    const { ends } = judge(factsOf({ ...facts, memory: marked(10, "session tea") }));
    expect(ends).toEqual([{ session: "tea", reason: "machine-gone", why, generation: 0 }]);
  });

  it("is not without a machine because machines could not be listed", () => {
    const facts = { findings: [undertaker()], records: [ready()], memory: marked(10, "session tea") };
    const { ends, marks } = judge(factsOf({ ...facts, unlisted: new Set(["machine"]) }));
    expect(ends).toEqual([]);
    expect(marks).toEqual(facts.memory.marks);
  });

  it("whose machine lost its tags to somebody's hand is not ended, and that is told", () => {
    const facts = { findings: [undertaker()], records: [ready()], memory: marked(10, "session tea") };
    const machinesById = new Map([[machine.instanceId, "untagged" as const]]);
    const { ends, reports } = judge(factsOf({ ...facts, machinesById }));
    expect(ends).toEqual([]);
    expect(reports).toEqual([`machine ${machine.instanceId} of session tea has lost its tags`]);
  });

  it("whose machine somebody labelled as another session's: nothing of that name is ended", () => {
    const findings = [
      undertaker(),
      thing("machine", machine.instanceId, "other"),
      thing("volume", "vol-1", "other"),
    ];
    const machinesById = new Map([[machine.instanceId, "untagged" as const]]);
    const memory = marked(60, `machine ${machine.instanceId}`, "volume vol-1", "session tea");
    const { ends, reports } = judge(factsOf({ findings, records: [ready()], machinesById, memory }));
    expect(ends).toEqual([]);
    expect(reports[0]).toContain("nothing of other is removed until that is put right");
  });

  it.each([
    [14, []],
    [15, ["expired"]],
  ])("%i minutes after its end, with nobody ending it: %j", (minutes, reasons) => {
    const records = [ready({ expiresAt: minutesBefore(minutes) })];
    const { ends } = judge(factsOf({ ...well, records }));
    expect(ends.map(({ reason }) => reason)).toEqual(reasons);
  });

  it("is not ended before the time that the operator was told", () => {
    const notice = { reason: "expired" as const, toldAt: minutesBefore(30), endsAt: minutesBefore(10) };
    const records = [ready({ expiresAt: minutesBefore(20), notice })];
    expect(judge(factsOf({ ...well, records })).ends).toEqual([]);
  });

  it("without an undertaker gets one for its end", () => {
    const { repairs } = judge(factsOf({ ...well, findings: [itsMachine] }));
    expect(repairs).toEqual([
      {
        repair: "hire-undertaker",
        session: "tea",
        at: new Date(ready().expiresAt),
        why: "nobody would have come to end session tea",
      },
    ]);
  });

  it("gets none in its first minutes, nor when schedules could not be listed", () => {
    const young = session({ requestedAt: minutesBefore(4) });
    expect(judge(factsOf({ records: [young] })).repairs).toEqual([]);
    const unlisted = new Set(["schedule" as const]);
    expect(judge(factsOf({ findings: [itsMachine], records: [ready()], unlisted })).repairs).toEqual([]);
  });

  it("does not take the undertaker of tea-idle for that of tea", () => {
    const findings = [itsMachine, undertaker("tea-idle")];
    const records = [ready(), ready({ id: "tea-idle" })];
    const { repairs } = judge(factsOf({ findings, records }));
    expect(repairs).toMatchObject([{ session: "tea" }]);
  });
});

describe("a launch", () => {
  const facts = (minutes: number, execution?: "running" | "over", blueprint = "admin") => ({
    findings: [undertaker()],
    records: [session({ requestedAt: minutesBefore(minutes), blueprint })],
    executions: new Map(execution === undefined ? [] : [[launchArn, execution]]),
  });

  it.each([
    [14, "over", []],
    [15, "over", ["launch-stopped"]],
    [60, "running", []],
    [60, undefined, []],
  ] as const)("of %i minutes whose execution is %s: %j", (minutes, execution, reasons) => {
    const { ends } = judge(factsOf(facts(minutes, execution)));
    expect(ends.map(({ reason }) => reason)).toEqual(reasons);
  });

  it.each([
    ["devbox", 44, []],
    ["devbox", 45, ["launch-stopped"]],
    // Of a newer deployment, perhaps: nothing is known of its patience.
    ["castle", 44, []],
  ])("of a %s may take as long as its restore: %i minutes: %j", (blueprint, minutes, reasons) => {
    const { ends } = judge(factsOf(facts(minutes, "over", blueprint)));
    expect(ends.map(({ reason }) => reason)).toEqual(reasons);
  });
});

describe("an end that was begun", () => {
  const holder = teardownArn(1);
  const claim = { ...claimedBy(holder, 90), claimedAt: minutesBefore(10) };
  const record = ready({ claim, reason: "idle", generation: 1 });
  const over = new Map([[holder, "over" as const]]);

  it.each([
    ["at work", new Map([[holder, "running" as const]])],
    ["not known", new Map()],
  ])("and whose teardown is %s is left to it", (_, executions) => {
    const { ends } = judge(factsOf({ findings: [itsMachine], records: [record], executions }));
    expect(ends).toEqual([]);
  });

  it("and whose teardown has died is left to the undertaker, if there is one", () => {
    const facts = { records: [record], executions: over };
    expect(judge(factsOf({ ...facts, findings: [itsMachine, undertaker()] })).ends).toEqual([]);
    expect(judge(factsOf({ ...facts, findings: [itsMachine] })).ends).toEqual([
      {
        session: "tea",
        reason: "idle",
        why: "its end (idle) was begun, and nobody comes back to finish it",
        generation: 1,
        deadClaim: claim,
      },
    ]);
  });

  it("two hours ago is begun again, whoever was to come back", () => {
    const lapsed = { ...claim, expiresAt: new Date(0).toISOString() };
    const at = (minutes: number) => ({ ...record, claim: { ...lapsed, claimedAt: minutesBefore(minutes) } });
    const findings = [itsMachine, undertaker()];
    expect(judge(factsOf({ findings, records: [at(119)] })).ends).toEqual([]);
    expect(judge(factsOf({ findings, records: [at(120)] })).ends).toMatchObject([{ reason: "idle" }]);
  });
});

describe("places among the live sessions", () => {
  const live = { sessions: new Set(["tea", "milk"]), committed: 0.7 };
  const milk = ready({ id: "milk", estimate: 0.2 });
  const findings = [thing("machine", machine.instanceId, "milk"), undertaker("milk")];

  it.each([
    ["has no record", [milk]],
    ["has ended", [milk, ended]],
  ])("one whose session %s is looked at again, then freed, the dollars counted anew", (_, records) => {
    expect(judge(factsOf({ live, records, findings })).repairs).toEqual([]);
    const { repairs } = judge(factsOf({ live, records, findings, memory: marked(10, "place tea") }));
    expect(repairs).toMatchObject([{ repair: "free-places", sessions: ["tea"], seen: 0.7, committed: 0.2 }]);
  });

  it("none is freed while a record cannot be read", () => {
    const facts = { live, records: [], findings, memory: marked(10, "place tea"), unread: new Set(["milk"]) };
    const { repairs, marks } = judge(factsOf(facts));
    expect(repairs).toEqual([]);
    expect(Object.keys(marks)).toEqual(["place tea"]);
  });

  it("are not given up with a session's end, which does not free them", () => {
    const { marks } = marked(10, "place tea", "volume vol-1");
    const after = tried(marks, new Set(["tea"]), later);
    expect(after).toMatchObject({ "place tea": { tries: 0 }, "volume vol-1": { tries: 1 } });
  });
});

describe("what was asked once", () => {
  const asking = (says: "idle" | "asks") => ({ ...itsMachine, says: [says] });

  it.each(["idle", "asks"] as const)("%s is asked again while it is so", (about) => {
    const facts = { findings: [asking(about), undertaker()], records: [ready()] };
    expect(judge(factsOf(facts)).asks).toEqual([{ session: "tea", about }]);
  });

  it("is not asked of a launch, nor of a session that is being ended", () => {
    const findings = [asking("idle"), undertaker()];
    const claimed = ready({ claim: claimedBy(teardownArn(1), 90), reason: "idle" });
    for (const record of [session(), claimed]) {
      expect(judge(factsOf({ findings, records: [record] })).asks).toEqual([]);
    }
  });

  it("a machine that is kept for what could not be saved is asked about", () => {
    const kept = { since: minutesBefore(20), why: "no answer", attempts: 1 };
    const claim = { ...claimedBy(teardownArn(1), -10), claimedAt: minutesBefore(20) };
    const record = ready({ kept, reason: "expired", claim });
    const { asks } = judge(factsOf({ findings: [itsMachine, undertaker()], records: [record] }));
    expect(asks).toEqual([{ session: "tea", about: "kept" }]);
  });

  it.each([
    ["was due a while ago", 20, [{ session: "tea", about: "notice" }]],
    ["is due just now, which the undertaker sees to", 5, []],
  ])("a notice whose end %s", (_, minutes, expected) => {
    const notice = { reason: "idle" as const, toldAt: minutesBefore(30), endsAt: minutesBefore(minutes) };
    const { asks } = judge(factsOf({ findings: [itsMachine, undertaker()], records: [ready({ notice })] }));
    expect(asks).toEqual(expected);
  });
});

it("a stray is told of, and nothing else", () => {
  const { reports, ...rest } = judge(factsOf({ strays: [{ kind: "machine", id: "i-9" }] }));
  expect(reports).toEqual(["machine i-9 is tagged as ours and names no session"]);
  expect(rest).toMatchObject({ ends: [], repairs: [] });
});

describe("whatever else is found, marked or not listed", () => {
  const finding = fc.record({
    kind: fc.constantFrom(...kinds),
    id: fc.constantFrom("x-1", "x-2", machine.instanceId),
    session: fc.constantFrom("tea", "tea-idle", "milk", "ended"),
  });
  const facts = fc.record({
    findings: fc.array(finding, { maxLength: 20 }),
    unlisted: fc.uniqueArray(fc.constantFrom(...kinds)).map((each) => new Set(each)),
    unread: fc.constantFrom(new Set<string>(), new Set(["milk"])),
    live: fc.constant({ sessions: new Set(["tea", "milk", "ended"]), committed: 1 }),
    memory: fc
      .array(fc.tuple(finding, fc.integer({ min: 0, max: 600 })))
      .map((seen) =>
        seen.map(([{ kind, id }, minutes]) => marked(minutes, `${kind} ${id}`, "session tea", "place tea")),
      )
      .map((memories) => ({
        marks: Object.assign({}, ...memories.map(({ marks }) => marks)),
        told: {},
        version: 1,
      })),
  });
  const records = [ready(), session({ id: "ended", status: "ended" })];

  it("a live session with its machine and time left is never ended, and keeps its place", () => {
    fc.assert(
      fc.property(facts, (drawn) => {
        const findings = [...drawn.findings, itsMachine, undertaker()];
        const { ends, repairs } = judge(factsOf({ ...drawn, findings, records }));
        expect(ends.map(({ session: id }) => id)).not.toContain("tea");
        expect(repairs.flatMap((each) => ("sessions" in each ? each.sessions : []))).not.toContain("tea");
      }),
    );
  });

  it("no session is ended whose teardown would take the machine of a live one", () => {
    fc.assert(
      fc.property(facts, (drawn) => {
        const { ends } = judge(factsOf({ ...drawn, findings: [...drawn.findings, itsMachine], records }));
        const takers = drawn.findings.filter(
          ({ kind, id }) => kind === "machine" && id === machine.instanceId,
        );
        for (const { session: id } of takers) expect(ends.map((end) => end.session)).not.toContain(id);
      }),
    );
  });

  it("nothing is named that was not found, recorded or taken a place for; and the same facts give the same answer", () => {
    fc.assert(
      fc.property(facts, (drawn) => {
        const all = factsOf({ ...drawn, records });
        const { ends, marks } = judge(all);
        const named = new Set([...drawn.findings.map(({ session: id }) => id), "tea", "ended", "milk"]);
        for (const { session: id } of ends) expect(named).toContain(id);
        expect(Object.keys(marks).length).toBeLessThanOrEqual(mostMarks);
        expect(judge(all)).toEqual(judge(all));
      }),
    );
  });
});
