import type { Notice } from "../session/notices.ts";
import type { Done } from "./carry-out.ts";
import type { Memory } from "./memory.ts";

/** What is odd and stays so is told once a day. */
const againAfterHours = 24;

/** The memory is one item of 400 KB at most; what does not fit is told again. */
const mostRemembered = 300;

export interface Report {
  /** Undefined when there is nothing that the operator has not been told. */
  notice?: Notice;
  told: Memory["told"];
}

/** One notice: what was found and is being done about it, what is only told, and what could not be done. */
export function report(
  { ended, putOff, repaired }: Done,
  reports: readonly string[],
  failures: readonly string[],
  before: Memory["told"],
  now: Date,
): Report {
  const standing = [...reports, ...failures];
  const isNew = (sentence: string) => {
    const at = before[sentence];
    return at === undefined || now.getTime() - Date.parse(at) >= againAfterHours * 3_600_000;
  };
  const told = Object.fromEntries(
    standing
      .slice(0, mostRemembered)
      .map((sentence) => [sentence, isNew(sentence) ? now.toISOString() : (before[sentence] ?? "")]),
  );
  if (ended.length + repaired.length === 0 && !standing.some(isNew)) return { told };
  const lines = [
    ...section(
      "Being ended now; each tells when it is gone:",
      ended.map(({ session, reason, why }) => `session ${session} (${reason}): ${why}`),
    ),
    ...section(
      "To be ended by the next sweep:",
      putOff.map(({ session, why }) => `session ${session}: ${why}`),
    ),
    ...section(
      "Put right:",
      repaired.map(({ why }) => why),
    ),
    ...section("Left as it is; please look:", reports),
    ...section("Could not be done, and is tried again in ten minutes:", failures),
  ];
  return { notice: { subject: subjectOf(ended.length, failures.length), lines }, told };
}

const section = (title: string, sentences: readonly string[]): string[] =>
  sentences.length === 0 ? [] : [title, ...sentences.map((sentence) => `- ${sentence}`), ""];

function subjectOf(ended: number, failures: number): string {
  if (failures > 0) return `Moonbase's sweep could not do everything: ${failures} failed`;
  return ended > 0 ? `Moonbase's sweep ends ${ended} session(s)` : "Moonbase's sweep found something";
}
