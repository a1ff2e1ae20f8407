import { believedAfterMinutes, minutesBetween } from "./facts.ts";
import type { Mark, Memory } from "./memory.ts";

/** A DynamoDB item ends at 400 KB, and a mark is 200 bytes at most; what finds no room waits its turn. */
export const mostMarks = 500;

/** Marks what is suspect, and says of which suspects the next thing should happen. */
export class Marks {
  readonly #before: Memory["marks"];
  readonly #now: Date;
  readonly #after = new Map<string, Mark>();

  constructor(before: Memory["marks"], now: Date) {
    this.#before = before;
    this.#now = now;
  }

  /** Whether it was seen before, long enough ago, and is not being dealt with. */
  isDue(key: string, session: string): boolean {
    const mark = this.#before[key];
    this.#after.set(key, mark ?? { session, seenAt: this.#now.toISOString(), tries: 0 });
    if (mark === undefined || minutesBetween(mark.seenAt, this.#now) < believedAfterMinutes) return false;
    return mark.triedAt === undefined || minutesBetween(mark.triedAt, this.#now) >= pauseMinutes(mark.tries);
  }

  /** What could not be looked at stays as it was. */
  keep(isUnknown: (key: string, mark: Mark) => boolean): void {
    for (const [key, mark] of Object.entries(this.#before)) {
      if (!this.#after.has(key) && isUnknown(key, mark)) this.#after.set(key, mark);
    }
  }

  /** The oldest first: a flood must not wash away what is known already. */
  all(): Memory["marks"] {
    const byAge = [...this.#after].toSorted(([, one], [, other]) => one.seenAt.localeCompare(other.seenAt));
    return Object.fromEntries(byAge.slice(0, mostMarks));
  }
}

/** A teardown takes a quarter of an hour at most; one that did not help is not tried as often, but every day. */
const pauseMinutes = (tries: number) => Math.min(10 * 2 ** tries, 24 * 60);

/** The marks of what should go with the sessions whose end was begun just now; a place does not go with one. */
export function tried(marks: Memory["marks"], begun: ReadonlySet<string>, now: Date): Memory["marks"] {
  return Object.fromEntries(
    Object.entries(marks).map(([key, mark]) => [
      key,
      begun.has(mark.session) && !key.startsWith("place ")
        ? { ...mark, tries: mark.tries + 1, triedAt: now.toISOString() }
        : mark,
    ]),
  );
}
