import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where the command speaks: results on stdout, everything about the way there on stderr. */
export interface Screen {
  readonly json: boolean;
  /** A person looks: a line may be drawn again. */
  readonly live: boolean;
  /** A line on stderr. */
  readonly note: (text: string) => void;
  /** The outcome: one JSON document, or a text. */
  readonly result: (value: unknown, text: string) => void;
  readonly paint: (style: Style, text: string) => string;
}

export function screenOf(json: boolean): Screen {
  const { isTTY, columns } = process.stderr;
  // A terminal that does not know its width has none to draw in: the spinner would divide by it.
  const live = isTTY === true && columns > 0 && !json && process.env.TERM !== "dumb";
  return {
    json,
    live,
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
    result: (value, text) => {
      process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
    },
    // Looks at NO_COLOR, FORCE_COLOR and whether it is a terminal.
    paint: (style, text) => styleText(style, text, { stream: process.stderr }),
  };
}

/** A terminal that is gone, or a reader that has read enough, must not keep a teardown from being finished. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
}
