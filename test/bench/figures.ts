/** One line of the bench: what, how much, and the yardstick measured in the same run. */
export interface Figure {
  what: string;
  value: number;
  unit: "ms" | "s" | "kB" | "MB" | "transitions";
  yardstick?: { what: string; value: number };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** Milliseconds that a piece of work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const rounded = (value: number, unit: Figure["unit"]) =>
  unit === "s" ? value.toFixed(2) : String(Math.round(value));

/** A row of the table; the ratio is what can be compared between machines. */
export function row({ what, value, unit, yardstick }: Figure): string {
  const shown = `${rounded(value, unit)} ${unit}`.padStart(16);
  if (yardstick === undefined) return `${what.padEnd(52)}${shown}`;
  const beside = `${rounded(yardstick.value, unit)} ${unit}`;
  return `${what.padEnd(52)}${shown}   ${(value / yardstick.value).toFixed(2)} × ${yardstick.what} (${beside})`;
}
