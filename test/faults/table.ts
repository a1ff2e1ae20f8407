/** How each case ended, in a table that people read. */
export class Table {
  readonly #rows: { name: string; ending: string }[] = [];

  /** Runs a case and keeps how it ended, well or not. */
  async keep(name: string, run: () => Promise<string>): Promise<void> {
    try {
      this.#rows.push({ name, ending: await run() });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#rows.push({ name, ending: `NOT GOOD: ${message.split("\n")[0]}` });
      throw error;
    }
  }

  /** Which part of all cases ended so, from 0 to 1. */
  shareOf(ending: string): number {
    return this.#rows.filter((row) => row.ending === ending).length / this.#rows.length;
  }

  print(title: string): void {
    if (this.#rows.length === 0) return;
    const rows = this.#rows.toSorted((one, other) => one.name.localeCompare(other.name));
    const width = Math.max(...rows.map(({ name }) => name.length));
    const counts = Object.entries(Object.groupBy(rows, ({ ending }) => ending.split(":")[0] ?? ""));
    console.log(
      [
        `${title}: ${rows.length} cases`,
        ...rows.map(({ name, ending }) => `  ${name.padEnd(width)}  ${ending}`),
        ...counts.map(([ending, those = []]) => `  ${String(those.length).padStart(4)} × ${ending}`),
      ].join("\n"),
    );
  }
}
