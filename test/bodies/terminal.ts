import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { quote } from "shell-quote";
import { inject } from "vitest";
import { keysIn, program } from "../cli/moonbase.ts";
import { eventually } from "../workflows/session.ts";

/** An operator with a home, who has sourced `.local/env` of the engine in every window. */
export class Operator {
  readonly home = mkdtempSync(join(tmpdir(), "moonbase-operator-"));
  readonly #programs = join(this.home, "programs");
  readonly #windows: Window[] = [];

  /** Opens a window of a terminal, and runs the command in it. */
  moonbase(...words: string[]): Window {
    const window = new Window(join(this.home, `exit-code-${this.#windows.length}`), words, {
      PATH: `${this.#programs}:${process.env.PATH}`,
      HOME: this.home,
      XDG_DATA_HOME: join(this.home, "data"),
      XDG_CONFIG_HOME: join(this.home, "config"),
      SHELL: "/bin/bash",
      TERM: "xterm-256color",
      LANG: "C.UTF-8",
    });
    this.#windows.push(window);
    return window;
  }

  /**
   * From here on ssh notices a silent connection fifteen times sooner: what the command says of its patience is
   * changed on the way, so a command that says nothing of it has none.
   */
  losePatience(): void {
    mkdirSync(this.#programs);
    const lines = [
      "#!/usr/bin/env bash",
      `PATH=\${PATH#*:}`,
      `set -- "\${@/#ServerAliveInterval=15/ServerAliveInterval=1}"`,
      `exec ssh "\${@/#ConnectTimeout=10/ConnectTimeout=1}"`,
    ];
    writeFileSync(join(this.#programs, "ssh"), `${lines.join("\n")}\n`, { mode: 0o755 });
  }

  /** The sessions whose keys are here. */
  get keys(): string[] {
    return keysIn(this.home);
  }

  /** The process of the command that has made the key of a session. */
  get commandProcess(): number {
    const [key = ""] = this.keys;
    return Number(readFileSync(join(this.home, key, "../owner"), "utf8"));
  }

  leave(): void {
    for (const window of this.#windows) window.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** How a spinner comes to draw its line again. */
const toLineStart = "\x1b[1G";

/** A window of a terminal with the command in it: util-linux's `script` is the window. */
export class Window {
  readonly #script: ReturnType<typeof open>;
  readonly #code: string;
  #shown = "";

  constructor(code: string, words: readonly string[], environment: Record<string, string>) {
    this.#code = code;
    this.#script = open(lineOf(words, code), environment);
    this.#script.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#shown += text;
    });
    this.#script.stdin.on("error", () => undefined);
  }

  /** Everything that was ever shown, as text; of a line that is drawn again and again, the last. */
  get shown(): string {
    const lines = this.#shown.split(/[\r\n]+/).map((line) => line.split(toLineStart).at(-1));
    return stripVTControlCharacters(lines.join("\n"));
  }

  /** Waits until this has been shown. */
  shows(words: RegExp | string, seconds = 60): Promise<void> {
    const look = async () => {
      if (this.shown.search(words) === -1) throw new Error(`it does not show ${words}:\n${this.shown}`);
    };
    return eventually(look, seconds);
  }

  /** Types a line. What it is to show must not be in it as it stands: a terminal echoes what is typed. */
  types(line: string): void {
    this.#script.stdin.write(`${line}\r`);
  }

  pressesControlC(): void {
    this.#script.stdin.write("\x03");
  }

  /** As when the operator closes the window: there is no terminal any more, and everybody in it is told. */
  close(): void {
    this.#script.kill("SIGKILL");
  }

  /** What the command has ended with, whether or not anybody still looks. */
  exitCode(seconds = 60): Promise<number> {
    const look = async () => {
      const [, code] = existsSync(this.#code)
        ? (/^(\d+)\n/.exec(readFileSync(this.#code, "utf8")) ?? [])
        : [];
      if (code === undefined) throw new Error(`the command has not ended:\n${this.shown}`);
      return Number(code);
    };
    return eventually(look, seconds);
  }
}

const open = (line: string, env: Record<string, string>) =>
  spawn("script", ["--quiet", "--flush", "--command", line, "/dev/null"], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });

/** The terminal is the command's own, not that of the shell around it, which lives on to write down how it ended. */
function lineOf(words: readonly string[], code: string): string {
  return [
    `source ${quote([join(inject("engine").folder, "env")])}`,
    "stty cols 120 rows 40",
    `setsid --ctty --wait ${quote([...program, ...words])}`,
    `echo $? >${quote([code])}`,
  ].join("; ");
}
