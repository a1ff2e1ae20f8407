import { afterAll, beforeAll } from "vitest";
import type { Launched } from "../../workflows/launch.contract.ts";
import { newSession } from "../local/engine.ts";
import { engine, gone } from "../workflows/session.ts";
import { Laptop, launchReady } from "./login.ts";

/** One machine and one laptop for all the tests of a file. */
export interface OneMachine {
  readonly session: string;
  readonly laptop: Laptop;
  /** What the launch answered; there is none before the first test. */
  readonly machine: () => Launched;
  /** What a command prints on the machine. */
  readonly inside: (command: string) => Promise<string>;
}

export function oneMachine(name: string): OneMachine {
  const session = newSession(name);
  const laptop = new Laptop();
  let launched: Launched | undefined;
  beforeAll(async () => {
    launched = await launchReady(session, laptop.input);
  });
  afterAll(async () => {
    await engine.teardown(session);
    await gone(session);
    laptop.remove();
  });
  const machine = () => {
    if (launched === undefined) throw new Error(`${session} is not launched yet`);
    return launched;
  };
  const inside = async (command: string) => (await laptop.ssh(machine(), command)).stdout;
  return { session, laptop, machine, inside };
}
