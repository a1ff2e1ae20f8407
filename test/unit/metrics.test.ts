import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { announceInterruption, announceKept } from "../../functions/session/announcements.ts";
import { count, metricUnits } from "../../functions/session/metrics.ts";
import { listenToMetrics } from "./fixture/metrics.ts";
import { machine, now, session, settings } from "./fixture/session.ts";

let metrics: ReturnType<typeof listenToMetrics>;

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  metrics = listenToMetrics();
});
afterEach(() => void vi.restoreAllMocks());

describe("what is counted", () => {
  it("is one line of JSON in the embedded metric format, under one dimension, with the session beside it", () => {
    count("tea", { SessionsEnded: 1, SessionHours: 0.5 });
    expect(metrics()).toMatchObject([
      {
        namespace: "Moonbase",
        dimensions: [["stage"]],
        units: { SessionsEnded: "Count", SessionHours: "None" },
        values: { SessionsEnded: 1, SessionHours: 0.5 },
        line: { stage: "moonbase", session: "tea" },
      },
    ]);
  });

  it("is forgotten after it is written: the next line has nothing of it", () => {
    count("tea", { SessionsEnded: 1 });
    count("coffee", { LaunchesReady: 1 });
    expect(metrics().map(({ values }) => values)).toEqual([{ SessionsEnded: 1 }, { LaunchesReady: 1 }]);
  });
});

describe("what the control plane tells on the way", () => {
  beforeEach(() => {
    mockClient(EventBridgeClient).on(PutEventsCommand).resolves({});
    mockClient(SNSClient).on(PublishCommand).resolves({});
  });

  it("counts an interruption and a save that failed", async () => {
    await announceInterruption(session({ machine, interruptedAt: now.toISOString() }));
    await announceKept(session({ machine }), { since: now.toISOString(), why: "locked", attempts: 3 });
    expect(metrics().map(({ values }) => values)).toEqual([{ Interruptions: 1 }, { SavesFailed: 1 }]);
  });
});

it("docs/metrics.md tells every metric with its unit, and they are free", () => {
  const text = readFileSync(join(import.meta.dirname, "../../docs/metrics.md"), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, unit]) => [name, unit]);
  expect(Object.fromEntries(rows)).toEqual(metricUnits);
  expect(rows.length).toBeLessThanOrEqual(10);
});
