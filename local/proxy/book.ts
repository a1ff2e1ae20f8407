import type { Call } from "./call.ts";
import { anySession, type Fault, fault, matches, type Rule } from "./fault.ts";
import { callerOf, operationOf, type Request, wordsOf } from "./operation.ts";
import { Sessions } from "./sessions.ts";

/** What was called, and what is to be done to calls that are still to come. Both listeners write in one book. */
export class Book {
  readonly sessions = new Sessions();
  readonly #calls: Call[] = [];
  readonly #counts = new Map<string, number>();
  /** By caller, service and action, of any session. */
  readonly #countsOfAny = new Map<string, number>();
  /** How many calls there were when the faults of any session were lifted. */
  #before = 0;
  #rules: Rule[] = [];
  readonly #held = new Map<string, Set<() => void>>();

  /** Writes a request down, and answers what shall be done to it. */
  enter(request: Request): { call: Call; rule: Rule | undefined; words: string } {
    const caller = callerOf(request);
    const { service, action } = operationOf(request);
    const words = wordsOf(request);
    const session = this.sessions.of(words, caller.invocation);
    const what = [caller.name, service, action].join(" ");
    const nth = oneMore(this.#counts, `${session} ${what}`);
    const nthOfAny = oneMore(this.#countsOfAny, what);
    const call: Call = {
      number: this.#calls.length + 1,
      at: Date.now(),
      caller,
      service,
      action,
      ...(session !== undefined && { session, request: words }),
      nth,
      nthOfAny,
      resources: [...new Set(words.match(/\b(?:i|sg|vol|eni)-[0-9a-f]{8,17}\b/g))],
    };
    this.#calls.push(call);
    const rule = this.#rules.find((each) => matches(each, call));
    if (rule !== undefined) call.fault = rule.deed.do;
    return { call, rule, words };
  }

  inject(rule: Fault): void {
    if (rule.session !== anySession) this.sessions.watch(rule.session);
    this.#rules.push(fault.parse(rule));
  }

  /** Takes all faults of a session away and lets go what is held. */
  lift(session: string): void {
    this.#rules = this.#rules.filter((rule) => rule.session !== session);
    for (const release of this.#held.get(session) ?? []) release();
    this.#held.delete(session);
    if (session !== anySession) return;
    this.#before = this.#calls.length;
    this.#countsOfAny.clear();
  }

  /** Resolves when the session's faults are lifted. */
  lifted(session: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = this.#held.get(session) ?? new Set();
    held.add(resolve);
    this.#held.set(session, held);
    return promise;
  }

  callsOf(session: string): Call[] {
    if (session === anySession) return this.#calls.slice(this.#before);
    return this.#calls.filter((call) => call.session === session);
  }
}

function oneMore(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
