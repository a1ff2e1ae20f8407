import { setTimeout as pause } from "node:timers/promises";
import type { Door } from "./door.ts";
import { loginError } from "./failure.ts";
import { type Login, logIn } from "./login.ts";
import { awaitPort } from "./probe.ts";

/** How a shell came to its end. */
export type ShellEnd =
  /** The remote shell ended by itself. */
  | { readonly kind: "ended"; readonly status: number }
  /** The connection broke, and could not be had again. */
  | { readonly kind: "lost"; readonly why: string }
  | { readonly kind: "interrupted" };

export type NextMove = "ended" | "fail" | "reconnect" | "lost";

/** How often a lost connection is tried again before it is given up: half a minute and more, with the waits below. */
export const attempts = 5;

/** What the end of one ssh means: `before` is whether an earlier one was logged in, `failed` how many since were not. */
export function judgeLogin({ loggedIn, status }: Login, before: boolean, failed: number): NextMove {
  if (loggedIn && status !== null && status !== 255) return "ended";
  if (loggedIn) return "reconnect";
  if (!before) return "fail";
  return failed < attempts ? "reconnect" : "lost";
}

export interface ShellOptions {
  readonly door: Door;
  readonly signal: AbortSignal;
  /** Told when the connection is lost and tried again. */
  readonly retrying: (attempt: number, why: string) => void;
  /** Asked before each new try: a session that is over needs none. */
  readonly stillThere: () => Promise<boolean>;
  readonly waitMilliseconds?: number;
  readonly patienceMilliseconds?: number;
  readonly command?: readonly string[];
}

/** A shell on the machine, through lost connections: tmux on the other side keeps the work meanwhile. */
export async function useShell(options: ShellOptions): Promise<ShellEnd> {
  const { door, signal, retrying, stillThere, waitMilliseconds = 2_000 } = options;
  const patienceMilliseconds = options.patienceMilliseconds ?? 30_000;
  await awaitPort({ ...door, patienceMilliseconds, signal });
  let before = false;
  let failed = 0;
  while (!signal.aborted) {
    const login = await logIn(door, signal, options.command);
    if (signal.aborted) break;
    failed = login.loggedIn ? 0 : failed + 1;
    const why = login.words.trim().split("\n").at(-1) ?? "";
    const move = judgeLogin(login, before, failed);
    if (move === "ended") return { kind: "ended", status: login.status ?? 0 };
    if (move === "fail") throw loginError(door, login.words);
    before = true;
    if (move === "lost" || !(await stillThere())) return { kind: "lost", why };
    retrying(failed + 1, why);
    await pause(waitMilliseconds * (failed + 1), undefined, { signal }).catch(() => undefined);
  }
  return { kind: "interrupted" };
}
