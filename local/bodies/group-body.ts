import type { ChildProcess } from "node:child_process";
import type { RunFile } from "../engine/run-file.ts";
import type { Body } from "./body.ts";

/** A body that is one process group: over when its leader is, and ended with it. */
export function groupBody(leader: ChildProcess, running: RunFile, remove: () => void): Body {
  const { pid } = leader;
  if (pid !== undefined) running.add(pid);
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    if (pid !== undefined) running.end(pid);
    remove();
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = () => {
    if (!ended) resolve();
    end();
  };
  leader.once("exit", leave);
  leader.once("error", leave);
  return { poweredOff: promise, end };
}
