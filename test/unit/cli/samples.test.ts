import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compare } from "../../../cli/session/seen.ts";
import { listText } from "../../../cli/show/status.ts";
import { story } from "../../../cli/show/story.ts";
import { machine, minutesAfter, now, session, teardownArn } from "../fixture/session.ts";

const text = readFileSync(join(import.meta.dirname, "../../../docs/command.md"), "utf8");
const at = (minutes: number) => minutesAfter(minutes).toISOString();

/** What docs/command.md shows below these words. */
function sampleOf(command: string): string {
  const [, sample = ""] =
    text.split(`\`\`\`\n$ npx moonbase ${command}\n`)[1]?.match(/^([\s\S]*?)\n```/) ?? [];
  return sample;
}

it("docs/command.md shows why as it is", () => {
  const record = session({
    status: "ended",
    requestedBy: "arn:aws:iam::000000000000:user/me",
    machine: { ...machine, launchedAt: at(0.05) },
    ready: { hostKey: "ssh-ed25519 AAAA", phases: [{ name: "booting", at: at(0.4) }] },
    readyAt: at(0.7),
    notice: { reason: "idle", toldAt: at(55), endsAt: at(60) },
    reason: "idle",
    endBegunAt: at(60),
    goneAt: at(61),
    ending: {
      ...{
        endedAt: at(61.2),
        saved: "admin keeps nothing",
        hours: 1.016,
        cost: 0.0136,
        onDemandCost: 0.0271,
      },
      teardown: teardownArn(1),
    },
  });
  const teller = { stage: "moonbase", now, onSaveFailure: "keep" as const };
  expect(sampleOf("why tea")).toBe(story(record, teller));
});

it("docs/command.md shows status as it is", () => {
  const notice = { reason: "idle" as const, toldAt: at(55), endsAt: at(60) };
  const record = session({ status: "ready", machine, readyAt: at(1), estimate: 0.1067, notice });
  const seen = {
    id: machine.instanceId,
    state: "running",
    session: "tea",
    phase: "complete",
    address: "203.0.113.9",
  };
  const view = { now: minutesAfter(56), onSaveFailure: "keep" as const };
  expect(sampleOf("status")).toBe(listText(compare([record], [seen]), view));
});
