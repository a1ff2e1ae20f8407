import { familyOf, type Process } from "./memory.ts";

/** Who works for a session here: on AWS each has computers of its own, and only the functions are the control plane's. */
export const parties = ["functions", "engine", "machines"] as const;
export type Party = (typeof parties)[number];

/** Seconds of processor time until now, and MB at this moment. */
export interface Share {
  readonly seconds: number;
  readonly memory: number;
}

export type Shares = Readonly<Record<Party, Share>>;

/** What everything that a process has started uses, by who it is. What it uses itself belongs to the measuring. */
export function sharesOf(root: number): Shares {
  const started = familyOf(root).filter(({ pid }) => pid !== root);
  const of = (party: Party) => started.filter((each) => partyOf(each) === party);
  const share = (party: Party, seconds: (one: Process) => number): Share => ({
    seconds: sum(of(party).map(seconds)),
    memory: sum(of(party).map(({ memory }) => memory)),
  });
  const functions = share("functions", ({ own }) => own);
  // MiniStack starts the functions' processes, and ends those that have been idle.
  const idle = sum(of("engine").map(({ ended }) => ended));
  return {
    functions: { ...functions, seconds: functions.seconds + idle },
    engine: share("engine", ({ own }) => own),
    machines: share("machines", ({ own, ended }) => own + ended),
  };
}

function partyOf({ command }: Process): Party {
  if (/ministack-lambda-[^/]+\/_worker\.js/.test(command)) return "functions";
  return / -m (ministack|moto\.server)( |$)/.test(command) ? "engine" : "machines";
}

const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);
