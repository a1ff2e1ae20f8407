import { describe, expect, it } from "vitest";
import { whyDocument } from "../../../cli/commands/why.ts";
import { story } from "../../../cli/show/story.ts";
import { reasonInWords } from "../../../functions/session/reasons.ts";
import type { ReadyMessage } from "../../../workflows/launch.contract.ts";
import { endReason } from "../../../workflows/teardown.contract.ts";
import { claimedBy, launchArn, machine, minutesAfter, session, teardownArn } from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const teller = { stage: "moonbase", now: minutesAfter(60), onSaveFailure: "keep" as const };
const tell = (different: Parameters<typeof session>[0]) => story(session(different), teller);

const ended = session({
  status: "ended",
  requestedBy: "arn:aws:iam::000000000000:user/me",
  machine: { ...machine, launchedAt: at(1) },
  ready: { hostKey: "ssh-ed25519 AAAA", phases: [{ name: "booting", at: at(1.5) }] },
  readyAt: at(2),
  reason: "idle",
  endBegunAt: at(50),
  save: { outcome: "saved", message: "3 files, 1 MB", id: "abc123", at: at(51), seconds: 12.3 },
  goneAt: at(61),
  ending: {
    ...{ endedAt: at(62), saved: "3 files, 1 MB", hours: 1, cost: 0.0134, onDemandCost: 0.0267 },
    teardown: teardownArn(1),
  },
});

it("of a machine that works alone, why tells what it did, or why it did not", () => {
  const alone = { ...ended, blueprint: "retention" };
  const done = story({ ...alone, reason: "work-done", work: "removed 2 of 9 backups" }, teller);
  expect(done).toMatch(/^why .*it ended because its work is done \(work-done\)$/m);
  expect(done).toMatch(/^work +removed 2 of 9 backups$/m);
  const failed = story({ ...alone, reason: "work-failed", failure: "the repository is damaged" }, teller);
  expect(failed).toMatch(/^failure +the repository is damaged$/m);
});

describe("why, of a session that has ended", () => {
  const text = story(ended, teller);

  it("tells each phase with its time, how long after the request, and how long it took", () => {
    const lines = text.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines.slice(2, 11)).toEqual([
      ["WHEN", "AFTER", "TOOK", "PHASE"],
      [at(0), "0 s", "1 min", "requested"],
      [at(1), "1 min", "30 s", "provisioned"],
      [at(1.5), "1 min", "30 s", "machine: booting"],
      [at(2), "2 min", "48 min", "ready"],
      [at(50), "50 min", "1 min", "end begun"],
      [at(51), "51 min", "10 min", "saved"],
      [at(61), "1 h 01 min", "1 min", "machine gone"],
      [at(62), "1 h 02 min", "", "ended"].filter((cell, column) => cell !== "" || column < 2),
    ]);
  });

  it("answers who, why, what was saved, what it cost and where to look", () => {
    expect(text).toMatch(/^who .*user\/me, as it says itself; port opened for 203.*CloudTrail/m);
    expect(text).toMatch(/^why .*it ended because it is idle \(idle\)$/m);
    expect(text).toMatch(/^saved .*3 files, 1 MB, as abc123, at .* in 12\.3 s$/m);
    expect(text).toMatch(
      /^price .*i-0123456789abcdef0, t3\.small, spot in us-east-1a: \$0\.0075 an hour; \$0\.0208 an hour on demand$/m,
    );
    expect(text).toMatch(
      /^cost .*\$0\.0134 for 1 hours, address and disk included; \$0\.0267 on demand, 50 % saved$/m,
    );
    expect(text).toMatch(new RegExp(`^launch .*/executions/details/${launchArn}$`, "m"));
    expect(text).toMatch(new RegExp(`^teardown .*/executions/details/${teardownArn(1)}$`, "m"));
    expect(text).toMatch(/^notices .*moonbase-notices/m);
  });

  it("says the same to a script, without the lock and the key", () => {
    const document = whyDocument(
      { ...ended, extendedBy: new Set(["arn:x"]), claim: claimedBy("me") },
      teller,
    );
    expect(document).toMatchObject({
      requestedBy: "arn:aws:iam::000000000000:user/me",
      because: "it is idle",
      save: { id: "abc123" },
      extendedBy: ["arn:x"],
      cost: { hours: 1, cost: 0.0134, onDemandCost: 0.0267, savedPercent: 50 },
      teardown: teardownArn(1),
    });
    expect(document.phases.map(({ name }) => name)).toContain("booting");
    expect(document).not.toHaveProperty("claim");
    expect(document).not.toHaveProperty("publicKey");
  });
});

describe("why, of a session that is on its way", () => {
  it.each(endReason.options)("knows a sentence for the reason %s", (reason) => {
    expect(tell({ reason })).toContain(`it ends because ${reasonInWords[reason]} (${reason})`);
  });

  it("that lives tells until when, what it costs so far, and that its end has not begun", () => {
    const text = tell({ status: "ready", machine, readyAt: at(1) });
    expect(text).toContain(`its end has not begun; its time is over at ${at(240)}`);
    expect(text).toMatch(/^cost .*\$0\.0134 for 1 hours so far/m);
    expect(text).not.toMatch(/^(teardown|saved|kept|notice|held|failure) /m);
  });

  it("tells of an end that is announced, and what can be done against it", () => {
    const notice = { reason: "idle" as const, toldAt: at(1), endsAt: at(6) };
    expect(tell({ notice })).toMatch(
      /^notice .*ends at .*12:06.* because it is idle \(idle\); to keep it: npx moonbase hold tea 60$/m,
    );
    expect(tell({ notice: { ...notice, reason: "expired" } })).toContain("npx moonbase extend tea 60");
    expect(tell({ notice: { ...notice, reason: "budget" } })).not.toContain("to keep it");
  });

  it("tells that spot took over from an end that was begun for another reason", () => {
    expect(tell({ reason: "idle", endBegunAt: at(1), interruptedAt: at(2) })).toMatch(
      /^why .*\(idle\); spot gave notice at .*12:02.* and took over$/m,
    );
    expect(tell({ reason: "interrupted", interruptedAt: at(2) })).not.toContain("took over");
  });

  it("tells why a machine is kept, what was tried, and until when the configuration keeps it", () => {
    const kept = { since: at(3), why: "the machine does not answer", attempts: 2 };
    const save = { outcome: "no-answer" as const, message: "no answer in 10 minutes", at: at(3) };
    const text = tell({ machine, reason: "expired", kept, save });
    expect(text).toMatch(/^saved .*not saved \(no-answer\) at .*: no answer in 10 minutes$/m);
    expect(text).toMatch(
      /^kept .*until 2026-11-22T00:00.*onSaveFailure "keep".*because the machine does not answer; 2 attempts$/m,
    );
    const forever = { ...teller, onSaveFailure: "keep-forever" as const };
    expect(story(session({ kept }), forever)).toContain("until it is saved at the longest");
    expect(whyDocument(session({ kept }), teller).keptUntil).toBe("2026-11-22T00:00:00.000Z");
  });

  it("tells what a home was to be made of, and what it was made of", () => {
    const home = (restored?: ReadyMessage["restored"], restore?: string) =>
      tell({
        ...{ blueprint: "devbox", machine, ...(restore !== undefined && { restore }) },
        ready: { hostKey: "ssh-ed25519 AAAA", phases: [], restored },
      });
    expect(home({ outcome: "whole", message: "snapshot 01234567" })).toMatch(
      /^home +restored whole, snapshot 01234567; pinned was asked for/m,
    );
    expect(home({ outcome: "none", message: "the repository holds no home yet" }, "latest")).toMatch(
      /^home +new: the repository holds no home yet; latest was asked for/m,
    );
    const failed = home({ outcome: "failed", message: "not restored: \u001b[31m" }, "0a1b2c3d4e");
    expect(failed).toMatch(
      /^home +NOT RESTORED: .*; 0a1b2c3d4e was asked for .*Nothing of this home is backed up$/m,
    );
    expect(failed).not.toContain("\u001b");
    expect(home()).toMatch(/the machine did not say what came of it$/m);
    expect(tell({ blueprint: "devbox", restore: "none" })).toMatch(
      /^home +none was asked for .*has not said/m,
    );
    expect(tell({})).not.toMatch(/^home/m);
  });

  it("tells who may come in when somebody has changed it, and each change among the phases", () => {
    expect(tell({})).not.toMatch(/^ssh/m);
    const doorChanges = [
      { at: at(3), sourceCidr: "198.51.100.4/32", execution: "x", by: "me" },
      { at: at(4), sourceCidr: null, execution: "y" },
    ];
    expect(tell({ doorChanges: doorChanges.slice(0, 1) })).toMatch(
      /^ssh +on for 198\.51\.100\.4\/32 since .*12:03.*, asked for by me$/m,
    );
    const text = tell({ doorChanges });
    expect(text).toMatch(/^ssh +off since .*12:04.*Z$/m);
    expect(text).toMatch(/12:03.* ssh on for 198\.51\.100\.4\/32$/m);
    expect(text).toMatch(/12:04.* ssh off$/m);
  });

  it("tells by what a machine saw that it was idle", () => {
    const evidence = "no login - no typing - for 1810 s";
    expect(tell({ reason: "idle", evidence })).toMatch(
      /^why +it ends because it is idle \(idle\): no login - no typing - for 1810 s$/m,
    );
  });

  it("names what went wrong, who claims nothing, and a price that EC2 did not name", () => {
    const text = tell({ failure: "it was dark", machine: { ...machine, hourlyPrice: null }, forced: true });
    expect(text).toMatch(/^failure .*it was dark$/m);
    expect(text).toMatch(/^who .*nobody has said; .*in spite of the budget/m);
    expect(text).toMatch(/EC2 named no price, so it counts as \$0\.0208/);
    expect(tell({})).toMatch(/^price .*no machine; at most \$0\.10 were set aside/m);
  });
});
