import { describe, expect, it } from "vitest";
import { compare } from "../../../cli/commands/status.ts";
import { story } from "../../../cli/commands/why.ts";
import { judgeSignal } from "../../../cli/interruption.ts";
import { isStale } from "../../../cli/session/keys.ts";
import { judgeWords } from "../../../cli/ssh/failure.ts";
import { attempts, judgeLogin } from "../../../cli/ssh/shell.ts";
import { claimedBy, machine, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

describe("signals", () => {
  it("the first begins the end, an echo of it is ignored, a second one stops the waiting", () => {
    expect(judgeSignal(undefined, "SIGINT", 0)).toBe("begin");
    expect(judgeSignal(0, "SIGINT", 999)).toBe("ignore");
    expect(judgeSignal(0, "SIGINT", 1_000)).toBe("stop-waiting");
    expect(judgeSignal(0, "SIGTERM", 5_000)).toBe("stop-waiting");
  });

  it("a terminal that goes away never stops the waiting: nobody has said so", () => {
    expect(judgeSignal(0, "SIGHUP", 60_000)).toBe("ignore");
  });
});

describe("the end of an ssh", () => {
  const login = (loggedIn: boolean, status: number | null) => ({ loggedIn, status, words: "" });

  it.each([0, 1, 130, 254])("a shell that ended with %d has ended by itself", (status) => {
    expect(judgeLogin(login(true, status), false, 0)).toBe("ended");
  });

  it("255, or a signal, after a login is a lost connection; before any, a failure", () => {
    expect(judgeLogin(login(true, 255), false, 0)).toBe("reconnect");
    expect(judgeLogin(login(true, null), true, 0)).toBe("reconnect");
    expect(judgeLogin(login(false, 255), false, 1)).toBe("fail");
  });

  it("a lost connection is tried again a bounded number of times", () => {
    expect(judgeLogin(login(false, 255), true, attempts - 1)).toBe("reconnect");
    expect(judgeLogin(login(false, 255), true, attempts)).toBe("lost");
  });

  it.each([
    ["Host key verification failed.", "host-key"],
    ["No ED25519 host key is known for moonbase-tea and you have requested strict checking.", "host-key"],
    ["ubuntu@203.0.113.7: Permission denied (publickey).", "key"],
    ["ssh: connect to host 203.0.113.7 port 22: Connection timed out", "connection"],
  ])("%s is about: %s", (words, what) => {
    expect(judgeWords(words)).toBe(what);
  });
});

describe("key folders", () => {
  const lying = { record: undefined, ageMilliseconds: 600_000, owned: false };
  it("go when their session has ended, or never began", () => {
    expect(isStale({ ...lying, record: { status: "ended" } })).toBe(true);
    expect(isStale(lying)).toBe(true);
  });

  it("stay while the session is live, or may be about to begin", () => {
    expect(isStale({ ...lying, record: { status: "ready" } })).toBe(false);
    expect(isStale({ ...lying, owned: true })).toBe(false);
    expect(isStale({ ...lying, ageMilliseconds: 1_000 })).toBe(false);
  });
});

describe("status", () => {
  const seen = {
    id: machine.instanceId,
    state: "running",
    session: "tea",
    phase: "ready",
    address: "203.0.113.9",
  };
  const ready = session({ status: "ready", machine });

  it("finds nothing odd where books and machines agree", () => {
    expect(compare([ready], [seen])).toEqual([
      { session: "tea", record: ready, machine: seen, disagreement: undefined },
    ]);
    expect(compare([session()], [])[0]?.disagreement).toBeUndefined();
    expect(compare([{ ...ready, claim: claimedBy("me") }], [])[0]?.disagreement).toBeUndefined();
  });

  it("tells where they do not", () => {
    expect(compare([ready], [])[0]?.disagreement).toMatch(/no machine/);
    expect(compare([ready], [{ ...seen, state: "stopped" }])[0]?.disagreement).toMatch(/is stopped/);
    expect(compare([], [seen])[0]).toMatchObject({
      record: undefined,
      disagreement: expect.stringMatching(/no live session/),
    });
  });
});

it("why tells the story in order: request, machine, phases, end, cost", () => {
  const text = story({
    ...session({
      status: "ended",
      machine,
      readyAt: minutesAfter(1).toISOString(),
      reason: "idle",
      generation: 1,
    }),
    ready: { hostKey: "ssh-ed25519 AAAA", phases: [{ name: "booting", at: now.toISOString() }] },
    claim: claimedBy(teardownArn(1)),
    failure: "it was dark",
    ending: {
      endedAt: minutesAfter(60).toISOString(),
      saved: "admin keeps nothing",
      hours: 1,
      cost: 0.013,
      onDemandCost: 0.027,
    },
  });
  expect(text).toMatch(
    /asked for, port open for 203[\s\S]*t3\.small, spot[\s\S]*booting[\s\S]*ready[\s\S]*ended[\s\S]*because it was idle[\s\S]*it was dark[\s\S]*admin keeps nothing[\s\S]*\$0\.0130/,
  );
});
