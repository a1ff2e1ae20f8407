import { randomBytes } from "node:crypto";

const longestSeconds = 21_600;

/** Session tokens of IMDSv2. A token is good until its time to live is over, on this machine only. */
export class Tokens {
  readonly #expiries = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A new token, or undefined when the time to live is not one that EC2 takes. */
  issue(timeToLive: string | undefined): string | undefined {
    if (timeToLive === undefined || !/^\d{1,5}$/.test(timeToLive)) return undefined;
    const seconds = Number(timeToLive);
    if (seconds < 1 || seconds > longestSeconds) return undefined;
    const token = randomBytes(40).toString("base64");
    this.#expiries.set(token, this.#now() + seconds * 1_000);
    return token;
  }

  isGood(token: string | undefined): boolean {
    const expiry = token === undefined ? undefined : this.#expiries.get(token);
    return expiry !== undefined && this.#now() < expiry;
  }
}
