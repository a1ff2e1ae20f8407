import { describe, expect, it } from "vitest";
import { judgeSignal } from "../../../cli/interruption.ts";
import { isStale } from "../../../cli/session/keys.ts";
import { compare } from "../../../cli/session/seen.ts";
import { judgeWords } from "../../../cli/ssh/failure.ts";
import { attempts, judgeLogin } from "../../../cli/ssh/shell.ts";
import { claimedBy, machine, session } from "../fixture/session.ts";

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
