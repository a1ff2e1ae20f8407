import { randomUUID } from "node:crypto";
import { afterAll, expect, it, vi } from "vitest";
import { deviations } from "./deviations.ts";
import { target } from "./target.ts";

/**
 * States what AWS does. On the pinned engine a known deviation is asserted as just that one, so a newer engine that
 * mends it fails here, and the list gets shorter.
 */
export function conforms(
  name: string,
  aws: unknown,
  observe: () => Promise<unknown>,
  deviation?: keyof typeof deviations,
): void {
  const known = target.pinned && deviation !== undefined ? deviations[deviation] : undefined;
  it.concurrent(known === undefined ? name : `${name} (deviation: ${deviation})`, async () => {
    const observed = await observe();
    if (known === undefined) return expect(observed).toEqual(aws);
    expect(observed, "the engine does as AWS does now: take this off the list of deviations").not.toEqual(
      aws,
    );
    expect(observed).toEqual(known.observed);
  });
}

/** The name of the error that a call ends in, or "no error". Our code tells errors apart by nothing else. */
export async function errorOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "no error";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name;
  }
}

/** A name that nothing else has, in this account or in another run. */
export const unique = (what: string) => `conformance-${what}-${randomUUID().slice(0, 8)}`;

export const eventually = <Result>(look: () => Promise<Result>, seconds = 30): Promise<Result> =>
  vi.waitFor(look, { timeout: seconds * 1000, interval: 100 });

const removals: (() => Promise<unknown>)[] = [];

/** Says how to remove what a case has made; done at the end of the file, the last thing first. */
export function later(remove: () => Promise<unknown>): void {
  removals.push(remove);
}

afterAll(async () => {
  for (const remove of removals.splice(0).reverse()) {
    await remove().catch((error: unknown) => console.error("conformance: not removed:", error));
  }
});
