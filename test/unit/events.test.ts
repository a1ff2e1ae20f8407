import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { announceInterruption, announceKept, announceSaved } from "../../functions/session/announcements.ts";
import { eventDetails } from "../../functions/session/event-details.ts";
import { machine, minutesAfter, now, session, settings } from "./fixture/session.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/events.md"), "utf8");
const bus = mockClient(EventBridgeClient);
const sns = mockClient(SNSClient);
const kindOf = z.enum(["ready", "interrupted", "saved", "kept", "ended", "swept"]);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  bus.reset();
  sns.reset();
  bus.on(PutEventsCommand).resolves({});
  sns.on(PublishCommand).resolves({});
});

/** What was put on the bus, held to the schema of its kind. */
function emitted() {
  return bus.commandCalls(PutEventsCommand).flatMap(({ args }) =>
    (args[0].input.Entries ?? []).map(({ Source, DetailType, Detail }) => {
      expect(Source).toBe("moonbase.session");
      const kind = kindOf.parse(DetailType);
      return { kind, detail: eventDetails[kind].parse(JSON.parse(Detail ?? "")) };
    }),
  );
}
const mails = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.Subject);

describe("docs/events.md", () => {
  const examples = [...text.matchAll(/^```json (\w+)\n([\s\S]*?)^```/gm)].flatMap(
    ([, kind = "", json = ""]) => (kind === "rule" ? [] : [{ kind: kindOf.parse(kind), json }]),
  );

  it("has one example of each event", () => {
    expect(examples.map(({ kind }) => kind)).toEqual(Object.keys(eventDetails));
  });

  it.each(examples)("shows $kind as it is put, with every field and no other", ({ kind, json }) => {
    const example: unknown = JSON.parse(json);
    expect(eventDetails[kind].parse(example)).toEqual(example);
  });

  it.each(examples)("says what each field of $kind means, and that it is in it", ({ kind }) => {
    const rows = [...text.matchAll(/^\| (`.*?) \| (.*?) \|/gm)];
    const told = rows
      .filter(([, , kinds = ""]) => kinds === "all" || kinds.split(", ").includes(kind))
      .flatMap(([, fields = ""]) => [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field));
    expect(told.toSorted()).toEqual(Object.keys(eventDetails[kind].shape).toSorted());
  });
});

describe("an interruption", () => {
  it("is an event and a mail, with the time at which the machine is taken", async () => {
    await announceInterruption(session({ machine, interruptedAt: now.toISOString() }));
    expect(emitted()).toMatchObject([
      { kind: "interrupted", detail: { session: "tea", takenAt: minutesAfter(2).toISOString() } },
    ]);
    expect(mails()).toEqual(["Moonbase session tea is interrupted"]);
  });

  it("of a machine that is not written down yet is told as far as it is known", async () => {
    await announceInterruption(session({ interruptedAt: now.toISOString() }));
    expect(emitted()).toMatchObject([{ detail: { instanceId: null, zone: null } }]);
  });

  it("is told to the operator although the bus is out of order, and breaks nothing", async () => {
    bus.on(PutEventsCommand).rejects(new Error("out of order"));
    await announceInterruption(session({ machine, interruptedAt: now.toISOString() }));
    expect(mails()).toHaveLength(1);
  });
});

describe("a save", () => {
  const save = {
    outcome: "saved" as const,
    message: "12 files",
    id: "4f1c",
    at: now.toISOString(),
    seconds: 8,
  };

  it("is an event, and no mail: the end that follows tells of it", async () => {
    await announceSaved(session({ machine, reason: "idle" }), save);
    expect(emitted()).toMatchObject([{ kind: "saved", detail: { reason: "idle", id: "4f1c", seconds: 8 } }]);
    expect(mails()).toEqual([]);
  });

  it.each([
    ["an interruption", { interruptedAt: now.toISOString() }],
    ["attempts that failed", { kept: { since: now.toISOString(), why: "no", attempts: 1 } }],
  ])("after %s is a mail, because somebody worries", async (_, before) => {
    await announceSaved(session({ machine, ...before }), save);
    expect(mails()).toEqual(["Moonbase session tea is saved"]);
  });
});

describe("a machine that is kept", () => {
  const kept = (attempts: number) => ({ since: now.toISOString(), why: "locked", attempts });

  it("is an event that says until when", async () => {
    await announceKept(session({ machine, reason: "expired" }), kept(1));
    expect(emitted()).toMatchObject([
      { kind: "kept", detail: { why: "locked", attempts: 1, until: "2026-11-22T00:00:00.000Z" } },
    ]);
  });

  it("is an event at each attempt, and a mail more rarely, but about once a day for as long as it takes", async () => {
    for (let attempts = 1; attempts <= 64; attempts += 1)
      await announceKept(session({ machine }), kept(attempts));
    expect(emitted()).toHaveLength(64);
    expect(mails(), "1, 2, 4, 8, 16, 32, 48, 64").toHaveLength(8);
  });
});
