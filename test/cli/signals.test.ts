import { describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually } from "../workflows/session.ts";
import { begin, keysIn, newHome } from "./moonbase.ts";

const { endpoints, left } = engine;

const phases = [/ session /, /launch · Admit/, /launch · Provision/, /launch · AwaitReady/, /Ready/];

describe.each([
  ["SIGINT", 130],
  ["SIGHUP", 129],
  ["SIGTERM", 143],
] as const)("%s", (signal, code) => {
  it.each(phases)("at %s ends the session, and leaves neither machine nor rule nor key", async (phase) => {
    const home = newHome();
    const session = newSession("signal");
    const { child, says, ended } = begin(["launch", "admin", "--session", session], { endpoints, home });
    await says(phase);
    // A terminal that goes away takes its readers with it.
    if (signal === "SIGHUP") for (const stream of [child.stdout, child.stderr]) stream.destroy();
    child.kill(signal);
    expect(await ended).toBe(code);
    await eventually(async () => expect(await left(session)).toEqual([]));
    expect(keysIn(home)).toEqual([]);
  });
});
