import { nameOf } from "../session/errors.ts";
import { emit, notify, tell } from "../session/events.ts";
import { log } from "../session/log.ts";
import { settings } from "../session/settings.ts";
import { carryOut, type Done } from "./carry-out.ts";
import { gather } from "./gather.ts";
import { judge } from "./judge.ts";
import { tried } from "./marks.ts";
import { remember } from "./memory.ts";
import { type Report, report } from "./report.ts";

/**
 * Looks for what no event has told of: everything of the stage, beside everything that was decided. What could not be
 * looked at or begun makes it fail in the end, by name, when all the rest is done.
 */
export async function handler(): Promise<void> {
  const now = new Date();
  const { facts, failures: unknown } = await gather(now);
  const judgement = judge(facts);
  const done = await carryOut(judgement, now);
  const failures = [...unknown, ...done.failures];
  const written = report(done, judgement.reports, failures, facts.memory.told, now);
  log.info("swept", {
    found: facts.findings.length,
    marked: Object.keys(judgement.marks),
    ...summary(done, failures),
  });

  const isTold = await deliver(written, failures);
  const begun = new Set(done.ended.map(({ session }) => session));
  const after = {
    marks: tried(judgement.marks, begun, now),
    told: isTold ? written.told : facts.memory.told,
  };
  // Thrown as it is, it would hide what else has failed.
  await remember(facts.memory, after).catch((error: unknown) =>
    failures.push(`the memory of the sweep could not be written (${nameOf(error)})`),
  );
  if (written.notice !== undefined) {
    await tell(
      emit("swept", { stage: settings().stage, ...summary(done, failures), reports: judgement.reports }),
    );
  }
  if (failures.length > 0) throw new Error(`the sweep is not complete: ${failures.join("; ")}`);
}

/** What was done in short, for the log and for the bus. */
const summary = ({ ended, repaired, asked }: Done, failures: string[]) => ({
  ended: ended.map(({ session, reason, why }) => ({ session, reason, why })),
  repaired: repaired.map(({ why }) => why),
  asked,
  failures,
});

/** A notice that could not be sent counts as not told, and is a failure of its own. */
async function deliver({ notice }: Report, failures: string[]): Promise<boolean> {
  if (notice === undefined) return true;
  try {
    await notify(notice.subject, notice.lines);
    return true;
  } catch (error) {
    failures.push(`the notice could not be sent (${nameOf(error)})`);
    return false;
  }
}
