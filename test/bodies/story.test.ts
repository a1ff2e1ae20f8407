import { afterAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { eventually, gone, recordOf } from "../workflows/session.ts";
import { cutOff, giveUpLogins, joinAgain } from "./reach.ts";
import { inTheShell, machineOf, nothingIsLeft, shortenGrace } from "./story.ts";
import { Operator, type Window } from "./terminal.ts";
import { tracesOf } from "./traces.ts";

const operators: Operator[] = [];
afterAll(() => {
  for (const operator of operators) operator.leave();
});

function begin(what: string) {
  const operator = new Operator();
  operators.push(operator);
  return { operator, session: newSession(what) };
}

describe.concurrent("from nothing to a shell, and back to nothing", { timeout: 240_000 }, () => {
  it("the network goes away for good: the command gives up and keeps the key, the machine ends by itself", async () => {
    const { operator, session } = begin("cut");
    operator.losePatience();
    const window = await inTheShell(operator.moonbase("launch", "admin", "--session", session));
    await shortenGrace(window, session);
    const machine = await machineOf(session);
    cutOff(machine);
    await window.shows(/connection lost .*; trying again, 5/s, 90);
    expect(await window.exitCode(90)).toBe(9);
    await window.shows(`moonbase connect ${session}`);
    expect(operator.keys).toHaveLength(1);
    expect(await recordOf(session)).toMatchObject({ status: "ready" });

    giveUpLogins(machine);
    expect(await gone(session, 60)).toMatchObject({ reason: "logged-out" });
    expect(await operator.moonbase("status").exitCode()).toBe(0);
    await nothingIsLeft(session, operator);
  });

  it("launch, work, exit: everything is gone", async () => {
    const { operator, session } = begin("story");
    const window = await inTheShell(operator.moonbase("launch", "admin", "--session", session));
    const machine = await machineOf(session);
    window.types("seq 6 | paste -sd+ | tee work; echo $(($(cat work)))");
    await window.shows(/\n1\+2\+3\+4\+5\+6\n21\n/);
    window.types('echo slee""ping; sleep 1000');
    await window.shows("sleeping");
    window.pressesControlC();
    await window.shows(/\^C\n.*\$ /);
    window.types('echo still he""re');
    await window.shows("still here");
    expect(tracesOf(machine)).not.toEqual([]);
    window.types("exit 3");
    await window.shows(new RegExp(`Session ${session} is gone \\(operator\\)`));
    expect(await window.exitCode()).toBe(0);
    await nothingIsLeft(session, operator);
  });

  it("detached, connected, left: the machine ends by itself", async () => {
    const { operator, session } = begin("detached");
    expect(await operator.moonbase("launch", "admin", "--session", session, "--detach").exitCode()).toBe(0);
    const window = await inTheShell(operator.moonbase("connect", session));
    await shortenGrace(window, session);
    window.types("exit");
    await window.shows(`Session ${session} stays up`);
    expect(await window.exitCode()).toBe(0);

    expect(await gone(session, 60)).toMatchObject({ reason: "logged-out" });
    expect(await operator.moonbase("status").exitCode()).toBe(0);
    await nothingIsLeft(session, operator);
  });

  it("the command is killed in the shell: the machine ends by itself, and the next command removes the key", async () => {
    const { operator, session } = begin("killed");
    const window = await inTheShell(operator.moonbase("launch", "admin", "--session", session));
    await shortenGrace(window, session);
    process.kill(operator.commandProcess, "SIGKILL");
    expect(await window.exitCode()).toBe(137);

    expect(await gone(session, 60)).toMatchObject({ reason: "logged-out" });
    expect(operator.keys).toHaveLength(1);
    expect(await operator.moonbase("status").exitCode()).toBe(0);
    await nothingIsLeft(session, operator);
  });

  it("the network comes back in time: the shell is had again, and the work is there", async () => {
    const { operator, session } = begin("back");
    operator.losePatience();
    const window = await inTheShell(operator.moonbase("launch", "admin", "--session", session));
    const machine = await machineOf(session);
    window.types('work=wholly; echo half do""ne');
    await window.shows("half done");
    cutOff(machine);
    await window.shows(/connection lost/);
    joinAgain(machine);
    await window.shows(/trying again, 1[\s\S]*\$ /);
    window.types('echo $work do""ne');
    await window.shows("wholly done");
    window.types("exit");
    expect(await window.exitCode()).toBe(0);
    await nothingIsLeft(session, operator);
  });
});

/** What ends it, from within the terminal, and what the command then exits with. */
const endings = [
  ["Ctrl-C", (window: Window) => window.pressesControlC(), 130],
  ["a window that is closed", (window: Window) => window.close(), 129],
] as const;

/** While there is no shell yet; the way is cut before the login, so that it takes until it is ended. */
const moments = [
  ["while the machine is provided", /launch · Provision/],
  ["while it boots", /machine · /],
  ["while it is knocked at", /Ready:/],
] as const;

describe.concurrent.each(endings)("%s", { timeout: 240_000 }, (_, end, code) => {
  it.each(moments)("%s leaves nothing", async (_moment, words) => {
    const { operator, session } = begin("stopped");
    const window = operator.moonbase("launch", "admin", "--session", session);
    if (words.source === "Ready:") {
      await window.shows("launch · AwaitReady");
      const machine = await machineOf(session);
      await eventually(async () => cutOff(machine));
    }
    await window.shows(words);
    end(window);
    expect(await window.exitCode()).toBe(code);
    await nothingIsLeft(session, operator);
  });
});

it.concurrent("a window that is closed in the shell leaves nothing", { timeout: 240_000 }, async () => {
  const { operator, session } = begin("closed");
  const window = await inTheShell(operator.moonbase("launch", "admin", "--session", session));
  window.close();
  expect(await window.exitCode()).toBe(129);
  await nothingIsLeft(session, operator);
});

it.concurrent("a door made for another address than one's own is told from outside, and leaves nothing", {
  timeout: 240_000,
}, async () => {
  const { operator, session } = begin("blocked");
  const window = operator.moonbase("launch", "admin", "--session", session, "--address", "203.0.113.7");
  await window.shows(/port 22 of .* does not answer/, 120);
  expect(await window.exitCode()).toBe(6);
  await nothingIsLeft(session, operator);
});
