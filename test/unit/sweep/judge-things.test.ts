import { describe, expect, it } from "vitest";
import { judge } from "../../../functions/sweep/judge.ts";
import { mostMarks, tried } from "../../../functions/sweep/marks.ts";
import { machine, session } from "../fixture/session.ts";
import { factsOf, itsMachine, later, marked, minutesBefore, ready, thing, undertaker } from "./facts.ts";

const volumes = (count: number) =>
  Array.from({ length: count }, (_, index) => thing("volume", `vol-${index}`));
const keysOf = (findings: ReturnType<typeof volumes>) => findings.map(({ kind, id }) => `${kind} ${id}`);

describe("what is left of a session", () => {
  it.each([
    [20, ""],
    [21, ", and 1 more"],
    [25, ", and 5 more"],
  ])("of %i things names twenty at most, and counts the others", (count, more) => {
    const findings = volumes(count);
    const { ends } = judge(factsOf({ findings, memory: marked(10, ...keysOf(findings)) }));
    const named = keysOf(findings).slice(0, 20).join(", ");
    expect(ends.map(({ why }) => why)).toEqual([`${named}${more} left of a session that has no record`]);
  });

  it("is an end for each session", () => {
    const findings = [thing("volume", "vol-1"), thing("volume", "vol-2", "milk")];
    const { ends } = judge(factsOf({ findings, memory: marked(10, ...keysOf(findings)) }));
    expect(ends.map((end) => [end.session, end.why])).toEqual([
      ["tea", "volume vol-1 left of a session that has no record"],
      ["milk", "volume vol-2 left of a session that has no record"],
    ]);
  });
});

describe("a machine that bears another session's name", () => {
  const relabelled = thing("machine", machine.instanceId, "other");
  const memory = marked(60, `machine ${machine.instanceId}`, "volume vol-1");

  it("is told of, with both names", () => {
    const machinesById = new Map([[machine.instanceId, "tagged" as const]]);
    const facts = factsOf({ findings: [undertaker(), relabelled], records: [ready()], machinesById, memory });
    expect(judge(facts)).toMatchObject({
      ends: [],
      reports: [
        `machine ${machine.instanceId} is tagged with session other, but the record of session tea says that it is its own: nothing of other is removed until that is put right`,
      ],
      marks: {},
    });
  });

  it("is a leftover like any other when the session that it was of has ended", () => {
    const records = [ready({ status: "ended" })];
    const { ends, reports } = judge(factsOf({ findings: [relabelled], records, memory }));
    expect(ends).toMatchObject([{ session: "other", reason: "swept" }]);
    expect(reports).toEqual([]);
  });

  it("is not meant by a thing of another kind with the same id, nor by a session without a machine", () => {
    const findings = [itsMachine, undertaker(), thing("volume", machine.instanceId, "other")];
    const records = [ready(), session({ id: "milk" })];
    const facts = factsOf({ findings, records, memory: marked(10, `volume ${machine.instanceId}`) });
    expect(judge(facts)).toMatchObject({ ends: [{ session: "other" }], reports: [] });
  });
});

describe("a mark", () => {
  it("stays as it was first made, with its tries", () => {
    const memory = marked(10, "volume vol-1");
    const begun = tried(memory.marks, new Set(["tea"]), new Date(minutesBefore(10)));
    const facts = factsOf({ findings: [thing("volume", "vol-1")], memory: { ...memory, marks: begun } });
    expect(judge(facts).marks).toEqual(begun);
    expect(begun["volume vol-1"]).toEqual({
      session: "tea",
      seenAt: minutesBefore(10),
      tries: 1,
      triedAt: minutesBefore(10),
    });
  });

  it("of a session whose end was not begun counts no try", () => {
    const { marks } = marked(10, "volume vol-1");
    expect(tried(marks, new Set(["milk"]), later)).toEqual(marks);
  });

  it("of a missing machine stays while machines cannot be listed, and no longer", () => {
    const memory = marked(10, "session tea");
    expect(judge(factsOf({ memory, unlisted: new Set(["machine"]) })).marks).toEqual(memory.marks);
    expect(judge(factsOf({ memory, unlisted: new Set(["volume"]) })).marks).toEqual({});
  });

  it("of one session stays while its record cannot be read, and no other's", () => {
    const memory = marked(10, "volume vol-1");
    expect(judge(factsOf({ memory, unread: new Set(["milk"]) })).marks).toEqual({});
    expect(judge(factsOf({ memory, unread: new Set(["tea"]) })).marks).toEqual(memory.marks);
  });

  it("that is older takes the room of a younger one, whatever the order they were found in", () => {
    const findings = volumes(mostMarks + 2);
    const keys = keysOf(findings);
    const [young, old] = [keys.slice(0, 2), keys.slice(2)];
    const marks = { ...marked(1, ...young).marks, ...marked(4, ...old).marks };
    const kept = judge(factsOf({ findings, memory: { marks, told: {}, version: 1 } })).marks;
    expect(Object.keys(kept)).toEqual(old);
  });
});
