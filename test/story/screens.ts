import type xterm from "@xterm/headless";
import type { Shown } from "./player.ts";

/** Characters beside each other that look the same. */
export interface Run {
  readonly column: number;
  readonly text: string;
  readonly foreground: string | undefined;
  readonly background: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

/** What is to be seen from a moment on, row by row. */
export interface Screen {
  /** In the film, in seconds: long waits are cut out. */
  readonly from: number;
  readonly rows: readonly (readonly Run[])[];
}

/** The longest time in which nothing but a spinner moves. */
const longestWait = 1.5;
/** A spinner does not need every picture. */
const shortestTurn = 0.2;
/** A line that is drawn again is blank for a moment, which nobody sees. */
const shortestRest = 0.03;
const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g;

/** Lets a terminal show what was recorded, and takes a picture whenever it has come to rest. */
export async function screensOf(cast: readonly Shown[], terminal: xterm.Terminal): Promise<Screen[]> {
  const screens: Screen[] = [];
  let still = "";
  let stillSince = 0;
  let cutOut = 0;
  for (const [index, [seconds, , text]] of cast.entries()) {
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    const [next = Number.POSITIVE_INFINITY] = cast[index + 1] ?? [];
    if (next - seconds < shortestRest) continue;
    const rows = linesOf(terminal).map(runsOf);
    const shape = JSON.stringify(rows).replaceAll(spinner, "*");
    if (shape !== still) {
      cutOut += Math.max(0, seconds - stillSince - longestWait);
      still = shape;
      stillSince = seconds;
    } else if (seconds - stillSince > longestWait) continue;
    else if (seconds - cutOut - (screens.at(-1)?.from ?? 0) < shortestTurn) continue;
    screens.push({ from: seconds - cutOut, rows });
  }
  return screens;
}

/** What a terminal shows at this moment, without what is blank at the ends of lines. */
export const textOf = (terminal: xterm.Terminal) =>
  linesOf(terminal)
    .map((line) => line?.translateToString().trimEnd())
    .join("\n");

function linesOf({ buffer: { active }, rows }: xterm.Terminal): Line[] {
  return Array.from({ length: rows }, (_, row) => active.getLine(active.baseY + row));
}

type Line = xterm.IBufferLine | undefined;

function runsOf(line: Line): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < (line?.length ?? 0); column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const last = runs.at(-1);
    const text = cell.getChars() || " ";
    const look = lookOf(cell);
    if (last !== undefined && same(last, look)) runs.splice(-1, 1, { ...last, text: last.text + text });
    else runs.push({ column, text, ...look });
  }
  const blank = (run: Run | undefined) => run?.background === undefined && run?.text.trim() === "";
  while (runs.length > 0 && blank(runs.at(-1))) runs.pop();
  return runs;
}

type Look = Omit<Run, "column" | "text">;
const same = (one: Look, other: Look) =>
  one.foreground === other.foreground &&
  one.background === other.background &&
  one.bold === other.bold &&
  one.dim === other.dim;

function lookOf(cell: xterm.IBufferCell): Look {
  const foreground = cell.isFgDefault() ? undefined : colour(cell.isFgRGB(), cell.getFgColor());
  const background = cell.isBgDefault() ? undefined : colour(cell.isBgRGB(), cell.getBgColor());
  const turned = cell.isInverse() !== 0;
  return {
    foreground: turned ? (background ?? paper) : foreground,
    background: turned ? (foreground ?? ink) : background,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
  };
}

export const paper = "#16181d";
export const ink = "#d5d8de";
const palette = [
  ["#16181d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d8de"],
  ["#7f848e", "#f0808a", "#b3dd94", "#f2d59a", "#8ac6f7", "#d898ea", "#7fd0da", "#ffffff"],
].flat();

function colour(direct: boolean, value: number): string {
  if (direct) return `#${value.toString(16).padStart(6, "0")}`;
  const known = palette[value];
  if (known === undefined) throw new Error(`the drawing has no colour ${value}`);
  return known;
}
