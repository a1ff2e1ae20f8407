import type { ExtendInput } from "../../workflows/extend.contract.ts";

/** Until when a session runs, and until when idleness does not end it (null: it is not held). */
export interface Terms {
  expiresAt: string;
  heldUntil: string | null;
}

/** The terms as a sentence. It says so when a hold is shorter than was asked for, because the session ends first. */
export function inWords(input: ExtendInput, { expiresAt, heldUntil }: Terms, now: Date): string {
  const ends = `session "${input.session}" ends at ${expiresAt}`;
  if (heldUntil === null) return input.holdMinutes === 0 ? `${ends} and is not held` : ends;
  const wanted = now.getTime() + (input.holdMinutes ?? 0) * 60_000;
  const isCut = heldUntil === expiresAt && wanted > Date.parse(expiresAt);
  return isCut
    ? `${ends} and is held until then, not for ${input.holdMinutes} minutes: extend it to hold it longer`
    : `${ends} and is held until ${heldUntil}`;
}
