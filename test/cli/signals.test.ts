import { spawn } from "node:child_process";
import { describe, expect, it, onTestFinished } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, eventually } from "../workflows/session.ts";
import { begin, environmentOf, keysIn, newHome, program } from "./moonbase.ts";

const { endpoints, left } = engine;

const phases = [/ session /, /launch · Admit/, /launch · Provision/, /launch · AwaitReady/, /Ready:/];

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

/** The command on a terminal of its own, drawn as a person sees it. */
function onTerminal(session: string, home: string) {
  const line = `stty cols 100; exec ${program.join(" ")} launch admin --session ${session}`;
  const terminal = spawn("script", ["-qefc", line, "/dev/null"], {
    env: { ...environmentOf({ endpoints, home }), TERM: "xterm" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void terminal.kill("SIGKILL"));
  let shown = "";
  terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const shows = (words: RegExp) => eventually(async () => expect(shown).toMatch(words));
  return { terminal, shows };
}

describe("on a terminal", () => {
  it("Ctrl-C ends the session, and says so", async () => {
    const home = newHome();
    const session = newSession("key");
    const { terminal, shows } = onTerminal(session, home);
    await shows(/Ready:/);
    terminal.stdin.write("\x03");
    await shows(new RegExp(`Session ${session} is gone`));
    await eventually(async () => expect(await left(session)).toEqual([]));
    expect(keysIn(home)).toEqual([]);
  });

  it("a window that is closed ends the session as well: nobody reads, nobody writes, and it goes on", async () => {
    const home = newHome();
    const session = newSession("window");
    const { terminal, shows } = onTerminal(session, home);
    await shows(/Ready:/);
    terminal.kill("SIGKILL");
    await eventually(async () => expect(keysIn(home)).toEqual([]));
    expect(await left(session)).toEqual([]);
  });
});
