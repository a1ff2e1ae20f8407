import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { sessionRecord } from "../../functions/session/record.ts";
import * as backup from "../../workflows/backup.contract.ts";
import * as extend from "../../workflows/extend.contract.ts";
import * as launch from "../../workflows/launch.contract.ts";
import * as ssh from "../../workflows/ssh.contract.ts";
import * as teardown from "../../workflows/teardown.contract.ts";
import { claimedBy, machine, now, session } from "./fixture/session.ts";

/** What goes over the border between a function and its workflow, one good example of each kind. */

const message = "in words";
const outcomes = (...names: string[]) => names.map((outcome) => ({ outcome, message }));
const account = {
  session: "tea",
  reason: "idle",
  saved: "nothing",
  hours: 1,
  cost: 0.01,
  onDemandCost: 0.03,
};
const phases = [{ name: "ready", at: now.toISOString() }];
const launched = {
  ...{ session: "tea", instanceId: "i-1", instanceType: "t3.small", zone: "us-east-1a" },
  ...{
    market: "spot",
    address: "203.0.113.7",
    hostKey: "ssh-ed25519 AAAA",
    user: "ubuntu",
    expiresAt: "later",
  },
};

const extended = { session: "tea", expiresAt: "later", heldUntil: "soon", message };

const backedUp = { session: "tea", id: "abc", seconds: 1.5, message };

const examples: [string, z.ZodObject, object[]][] = [
  ["backedUp", backup.backedUp, [backedUp, { ...backedUp, seconds: null }]],
  [
    "backupPlan",
    backup.backupPlan,
    outcomes("ask", "refused").map((one) => ({
      ...{ ...one, session: "tea", order: "save now-1" },
      at: now.toISOString(),
    })),
  ],
  [
    "backupVerdict",
    backup.backupVerdict,
    ["saved", "not-saved"].map((outcome) => ({ ...backedUp, outcome })),
  ],
  ["extended", extend.extended, [extended, { ...extended, heldUntil: null }]],
  ["extension", extend.extension, ["extended", "refused"].map((outcome) => ({ ...extended, outcome }))],
  [
    "turn",
    ssh.turn,
    ["turned", "refused"].map((outcome) => ({
      ...{ outcome, session: "tea", ssh: "on", sourceCidr: "203.0.113.7/32", port: 22, message },
    })),
  ],
  ["turned", ssh.turned, [{ session: "tea", ssh: "off", sourceCidr: null, port: 22, message }]],
  ["admission", launch.admission, outcomes("admitted", "refused")],
  ["provision", launch.provision, outcomes("provisioned", "no-capacity", "not-possible", "session-ended")],
  ["hired", launch.hired, [{ outcome: "hired" }]],
  [
    "guarded",
    launch.guarded,
    ["minutes", "restore"].map((readyWithin) => ({ outcome: "guarded", readyWithin })),
  ],
  ["invited", launch.invited, [{ outcome: "invited" }]],
  [
    "readyMessage",
    launch.readyMessage,
    [
      { hostKey: "ssh-ed25519 AAAA+/=", phases },
      ...["whole", "none", "failed"].map((outcome) => ({
        ...{ hostKey: "ssh-ed25519 AAAA", phases },
        restored: { outcome, message },
      })),
    ],
  ],
  ["launched", launch.launched, [launched, { ...launched, market: "on-demand", address: null }]],
  ["givenUp", launch.givenUp, [{ teardownName: "tea-1", message }]],
  [
    "claim",
    teardown.claim,
    outcomes("claimed", "held", "unknown", "refused").map((one) => ({ ...one, session: "tea" })),
  ],
  [
    "savePlan",
    teardown.savePlan,
    outcomes("ask", "ask-quick", "await-interruption", "terminate", "overtaken").map((one) => ({
      ...{ ...one, order: "save end-1" },
      at: now.toISOString(),
    })),
  ],
  ["asked", teardown.asked, ["asked", "overtaken", "machine-gone"].map((outcome) => ({ outcome }))],
  [
    "saveAnswer",
    teardown.saveAnswer,
    outcomes("saved", "failed").map((one) => ({ ...one, order: "save end-1" })),
  ],
  [
    "saveVerdict",
    teardown.saveVerdict,
    outcomes("terminate", "keep", "await-interruption", "overtaken").map((one) => ({
      ...one,
      at: now.toISOString(),
    })),
  ],
  [
    "interruptionWatched",
    teardown.interruptionWatched,
    outcomes("terminate", "keep", "not-yet", "overtaken").map((one) => ({ ...one, at: now.toISOString() })),
  ],
  ["kept", teardown.kept, [{ message }]],
  ["termination", teardown.termination, outcomes("terminated", "terminating", "stuck")],
  ["cleanedUp", teardown.cleanedUp, [{ outcome: "cleaned" }]],
  ["verification", teardown.verification, outcomes("clean", "not-yet", "left")],
  ["tornDown", teardown.tornDown, [account]],
  ["reported", teardown.reported, [{ message }]],
];

describe.each(examples)("%s", (_, contract, good) => {
  it.each(good.map((one) => [JSON.stringify(one), one]))("lets %s through as it is", (_, one) => {
    expect(contract.parse(one)).toEqual(one);
  });

  it("wants every field, and no outcome that it does not name", () => {
    const [one = {}] = good;
    for (const name of Object.keys(one)) {
      expect(contract.safeParse({ ...one, [name]: undefined }).success, name).toBe(false);
    }
    if ("outcome" in one) expect(contract.safeParse({ ...one, outcome: "" }).success).toBe(false);
  });
});

it.each([
  ["a key of another kind", { hostKey: "ssh-rsa AAAA", phases }],
  ["something in front of the key", { hostKey: "no ssh-ed25519 AAAA", phases }],
  ["something after the key", { hostKey: "ssh-ed25519 AAAA\nrm", phases }],
  ["a key that is empty", { hostKey: "ssh-ed25519 ", phases }],
  ["too many phases", { hostKey: "ssh-ed25519 AAAA", phases: Array(21).fill(phases[0]) }],
  [
    "a phase with a long name",
    { hostKey: "ssh-ed25519 AAAA", phases: [{ ...phases[0], name: "x".repeat(41) }] },
  ],
  [
    "a long story of its home",
    { hostKey: "ssh-ed25519 AAAA", phases, restored: { outcome: "none", message: "x".repeat(301) } },
  ],
  ["a home that is half", { hostKey: "ssh-ed25519 AAAA", phases, restored: { outcome: "half", message } }],
  ["a phase without a time", { hostKey: "ssh-ed25519 AAAA", phases: [{ name: "ready" }] }],
])("a machine cannot say %s", (_, said) => {
  expect(launch.readyMessage.safeParse(said).success).toBe(false);
});

describe("a teardown's input", () => {
  it.each(["operator", "expired", "idle", "logged-out", "launch-failed", "launch-stopped", "machine-gone"])(
    "takes the reason %s",
    (reason) => {
      expect(teardown.teardownInput.parse({ session: "tea", reason })).toEqual({ session: "tea", reason });
    },
  );

  it("is the operator's when it gives none, and refuses one that is not in the list, by what is", () => {
    expect(teardown.teardownInput.parse({ session: "tea" })).toEqual({ session: "tea", reason: "operator" });
    const { error } = teardown.teardownInput.safeParse({ session: "tea", reason: "" });
    expect(error?.issues[0]?.message).toMatch(/^allowed: operator, expired, budget,/);
  });
});

it.each(["spot", "on-demand"] as const)(
  "a record keeps a machine on %s, who was told, and what it ended with",
  (market) => {
    const ending = { endedAt: now.toISOString(), saved: "nothing", hours: 1, cost: 0.01, onDemandCost: 0.03 };
    for (const told of ["ready", "ended"] as const) {
      const record = session({
        machine: { ...machine, market },
        claim: claimedBy("me"),
        told,
        ending,
        status: "ended",
      });
      expect(sessionRecord.parse(record)).toEqual(record);
    }
  },
);

it.each([
  ["told", ""],
  ["status", ""],
  ["machine", { ...machine, market: "" }],
  ["machine", {}],
  ["claim", {}],
  ["ending", {}],
])("a record whose %s is %j is none", (field, value) => {
  expect(sessionRecord.safeParse({ ...session(), [field]: value }).success).toBe(false);
});
