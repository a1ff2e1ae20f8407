import { CommandError } from "./command-error.ts";
import { endingOf } from "./exit-codes.ts";

const heeded = ["SIGINT", "SIGHUP", "SIGTERM"] as const;
export type Heeded = (typeof heeded)[number];

/** What a signal means. The first begins the end; another may mean that nobody wants to wait for it. */
export type Meaning = "begin" | "ignore" | "stop-waiting";

/** npm hands on a Ctrl-C that the terminal has sent us already, so two within a second are one. */
const togetherMilliseconds = 1_000;

export function judgeSignal(first: number | undefined, signal: Heeded, now: number): Meaning {
  if (first === undefined) return "begin";
  // A terminal that goes away says nothing about waiting: nobody looks any more.
  if (signal === "SIGHUP" || now - first < togetherMilliseconds) return "ignore";
  return "stop-waiting";
}

/** Turns the signals of this process into two of ours: to end what was begun, and not to wait for that either. */
export class Interruption {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  #begun: { signal: Heeded; at: number } | undefined;
  readonly #listeners = heeded.map((signal) => [signal, () => this.#heed(signal)] as const);

  constructor() {
    for (const [signal, listener] of this.#listeners) process.on(signal, listener);
  }

  #heed(signal: Heeded): void {
    const now = performance.now();
    const meaning = judgeSignal(this.#begun?.at, signal, now);
    if (meaning === "ignore") return;
    this.#begun ??= { signal, at: now };
    if (meaning === "begin") this.#first.abort();
    else this.#second.abort();
  }

  /** Aborted by the first signal. */
  get begun(): AbortSignal {
    return this.#first.signal;
  }

  /** Aborted by a second one. */
  get waiting(): AbortSignal {
    return this.#second.signal;
  }

  /** Throws what the command ends with after the first signal, if there was one. */
  check(): void {
    if (this.#begun === undefined) return;
    const { signal } = this.#begun;
    throw new CommandError({ what: `stopped by ${signal}`, ending: endingOf(signal) });
  }

  stop(): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener);
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
