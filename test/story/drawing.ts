import { ink, paper, type Run, type Screen } from "./screens.ts";

/** A character's cell, in the drawing's units. */
const cell = { width: 8.43, height: 18, fontSize: 14 };
const margin = 14;
/** How long the last screen stays, in seconds. */
const lastSeconds = 5;

/** Characters as they are to be seen from one moment to another. */
interface Sight {
  readonly row: number;
  readonly run: Run;
  readonly from: number;
  readonly to: number;
}

/** A film of screens as one SVG: what stays is drawn once, and CSS shows it for as long as it stays. */
export function draw(
  screens: readonly Screen[],
  { cols, rows }: { readonly cols: number; readonly rows: number },
): string {
  const length = (screens.at(-1)?.from ?? 0) + lastSeconds;
  const sights = sightsOf(screens, length);
  const share = (seconds: number) => `${Number(((seconds / length) * 100).toFixed(2))}%`;
  const keyframesOf = ({ from, to }: Sight) =>
    `${share(from)}{visibility:visible}${to === length ? "to{visibility:visible}" : `${share(to)}{visibility:hidden}`}`;
  const times = [...new Set(sights.map(keyframesOf))];
  const names = new Map(times.map((keyframes, index) => [keyframes, `t${index.toString(36)}`]));
  const classOf = (sight: Sight) => `${names.get(keyframesOf(sight))}${sight.to === length ? " last" : ""}`;
  const width = Math.ceil(cols * cell.width + 2 * margin);
  const height = rows * cell.height + 2 * margin;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" fill="${ink}" xml:space="preserve">`,
    "<title>A session of Moonbase: launched, worked in, left, and gone</title>",
    "<style>",
    `text{font:${cell.fontSize}px ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",Consolas,monospace;white-space:pre}`,
    `text,.b{visibility:hidden;animation:${length.toFixed(1)}s step-end infinite}`,
    ...[...names].map(
      ([keyframes, name]) => `@keyframes ${name}{${keyframes}}.${name}{animation-name:${name}}`,
    ),
    // Whoever wants no motion sees how it ends.
    "@media(prefers-reduced-motion){text,.b{animation:none}.last{visibility:visible}}",
    "</style>",
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    ...sights.map((sight) => drawn(sight, classOf(sight))),
    "</svg>",
    "",
  ].join("\n");
}

/** Puts the same characters in the same place on successive screens together. */
function sightsOf(screens: readonly Screen[], length: number): Sight[] {
  const sights: Sight[] = [];
  let open = new Map<string, Sight>();
  for (const { from, rows } of [...screens, { from: length, rows: [] }]) {
    const next = new Map<string, Sight>();
    for (const [row, runs] of rows.entries()) {
      for (const run of runs.filter(
        ({ text, background }) => text.trim() !== "" || background !== undefined,
      )) {
        const key = JSON.stringify([row, run]);
        next.set(key, open.get(key) ?? { row, run, from, to: length });
      }
    }
    for (const [key, sight] of open) if (!next.has(key)) sights.push({ ...sight, to: from });
    open = next;
  }
  return sights;
}

function drawn({ row, run }: Sight, name: string): string {
  const { column, text, foreground, background, bold, dim } = run;
  const x = Number((margin + column * cell.width).toFixed(1));
  const y = margin + row * cell.height;
  const width = Number(([...text].length * cell.width).toFixed(1));
  const look = [
    ...(foreground === undefined ? [] : [` fill="${foreground}"`]),
    ...(bold ? [' font-weight="bold"'] : []),
    ...(dim ? [' opacity=".6"'] : []),
  ].join("");
  const behind =
    background === undefined
      ? ""
      : `<rect class="b ${name}" x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${background}"/>`;
  return `${behind}<text class="${name}" x="${x}" y="${y + cell.fontSize}"${look}>${escaped(text.trimEnd())}</text>`;
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
