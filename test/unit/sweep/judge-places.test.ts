import { describe, expect, it } from "vitest";
import { judge } from "../../../functions/sweep/judge.ts";
import { machine } from "../fixture/session.ts";
import { factsOf, later, marked, ready, thing, undertaker } from "./facts.ts";

const milk = ready({ id: "milk", estimate: 0.2 });
const findings = [thing("machine", machine.instanceId, "milk"), undertaker("milk")];
const live = (...sessions: string[]) => ({ sessions: new Set(sessions), committed: 0.7 });
const marks = (key: string) => ({
  [key]: { session: key.split(" ")[1], seenAt: later.toISOString(), tries: 0 },
});

describe("places that nobody fills", () => {
  it("are freed together, and the repair says whose they were", () => {
    const facts = { live: live("tea", "milk", "sugar"), records: [milk], findings };
    const { repairs } = judge(factsOf({ ...facts, memory: marked(10, "place tea", "place sugar") }));
    expect(repairs).toEqual([
      {
        repair: "free-places",
        sessions: ["tea", "sugar"],
        seen: 0.7,
        committed: 0.2,
        why: "no live session fills the place of tea, sugar",
      },
    ]);
  });

  it("wait for one that was seen only now: its dollars are not known", () => {
    const facts = { live: live("tea", "milk", "sugar"), records: [milk], findings };
    const { repairs, marks: after } = judge(factsOf({ ...facts, memory: marked(10, "place tea") }));
    expect(repairs).toEqual([]);
    expect(after).toEqual({ ...marked(10, "place tea").marks, ...marks("place sugar") });
  });

  it("are not those of live sessions, whose dollars are added up", () => {
    const coffee = ready({ id: "coffee", estimate: 0.3, machine: undefined, status: "launching" });
    const facts = { live: live("tea", "milk", "coffee"), records: [milk, coffee] };
    const { repairs } = judge(
      factsOf({ ...facts, findings: [...findings, undertaker("coffee")], memory: marked(10, "place tea") }),
    );
    expect(repairs).toMatchObject([{ sessions: ["tea"], committed: 0.5 }]);
  });

  it("of all being free, nothing is committed", () => {
    const { repairs } = judge(factsOf({ live: live("tea"), memory: marked(10, "place tea") }));
    expect(repairs).toMatchObject([{ sessions: ["tea"], committed: 0 }]);
  });
});
