import { styleText } from "node:util";

/** Something that happened. `event` says what, the rest is for scripts. */
export interface Happening {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Tells what happens: a line for a person, or a JSON object for a script. `text` is for the person alone. */
export type Tell = (happening: Happening, text?: string) => void;

/** Times are seconds since this was made. */
export function reporter(json: boolean, start = performance.now()): Tell {
  const seconds = () => (performance.now() - start) / 1000;
  if (json) {
    return (happening) => {
      process.stdout.write(`${JSON.stringify({ at: Number(seconds().toFixed(3)), ...happening })}\n`);
    };
  }
  return (_, text) => {
    if (text === undefined) return;
    const time = styleText("dim", `${seconds().toFixed(2).padStart(7)} s`);
    const [first = "", ...others] = text.split("\n");
    process.stdout.write(`${time}  ${first}\n`);
    for (const line of others) process.stdout.write(`${" ".repeat(11)}${line}\n`);
  };
}
