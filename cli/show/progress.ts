import type { Screen } from "./screen.ts";

/** Something that happened on the way. `event` says what, the rest is for scripts. */
export interface Happening {
  readonly event: string;
  readonly [detail: string]: unknown;
}

/** Shows how far a long command is. */
export interface Progress {
  /** The next thing has begun; the one before it is over. */
  readonly step: (happening: Happening, text: string) => void;
  /** The last thing is over. */
  readonly end: (well?: boolean) => void;
}

/** Drawn again on a terminal, a line each elsewhere, JSON lines for a script; times are seconds since this was made. */
export async function showProgress(screen: Screen): Promise<Progress> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  if (screen.json) return jsonLines(seconds);
  return screen.live ? spinner(screen, seconds) : lines(screen, seconds);
}

const shown = (seconds: number) => `${seconds.toFixed(1).padStart(6)} s`;

function jsonLines(seconds: () => number): Progress {
  return {
    step: (happening) => {
      process.stderr.write(`${JSON.stringify({ at: Number(seconds().toFixed(3)), ...happening })}\n`);
    },
    end: () => undefined,
  };
}

function lines(screen: Screen, seconds: () => number): Progress {
  return { step: (_, text) => screen.note(`${shown(seconds())}  ${text}`), end: () => undefined };
}

async function spinner(screen: Screen, seconds: () => number): Promise<Progress> {
  const { default: ora } = await import("ora");
  // Its own ways with Ctrl-C, the cursor and stdin would come between us and ssh.
  const drawn = ora({ stream: process.stderr, discardStdin: false, hideCursor: false });
  let text = "";
  let begun = 0;
  const end = (well = true) => {
    if (!drawn.isSpinning) return;
    const took = `${text} ${screen.paint("dim", `${(seconds() - begun).toFixed(1)} s`)}`;
    if (well) drawn.succeed(took);
    else drawn.fail(took);
  };
  return {
    step: (_, next) => {
      end();
      text = next;
      begun = seconds();
      drawn.start(next);
    },
    end,
  };
}
