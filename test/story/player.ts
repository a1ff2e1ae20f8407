import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { release, version } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import xterm from "@xterm/headless";
import { quote } from "shell-quote";
import { projectFolder, toolPath } from "../../local/project.ts";
import { textOf } from "./screens.ts";

/** What came out of the terminal, as asciicast v2 has it: seconds since the start, "o" for output, and the text. */
export type Shown = readonly [seconds: number, kind: "o", text: string];

export interface Stage {
  readonly cols: number;
  readonly rows: number;
  readonly home: string;
  readonly environmentFile: string;
}

/** As fast as somebody who knows what to type. */
const keyMilliseconds = 45;
const patienceMilliseconds = 120_000;

/** A bash in a terminal, somebody who types in it, and a camera. */
export class Player {
  readonly #terminal;
  readonly #start = performance.now();
  readonly cast: Shown[] = [];
  readonly #screen;

  constructor({ cols, rows, home, environmentFile }: Stage) {
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true });
    const profile = join(home, "profile");
    const lines = [
      `source ${quote([environmentFile])}`,
      `stty cols ${cols} rows ${rows}`,
      // The shell's own colours and tricks are not the story.
      "bind 'set enable-bracketed-paste off'",
      "PS1='$ '",
    ];
    writeFileSync(profile, `${lines.join("\n")}\n`);
    const line = `bash --noprofile --rcfile ${quote([profile])} -i`;
    this.#terminal = spawn("script", ["--quiet", "--flush", "--command", line, "/dev/null"], {
      cwd: projectFolder,
      env: {
        PATH: toolPath(),
        HOME: home,
        SHELL: "/bin/bash",
        TERM: "xterm-256color",
        LANG: "C.UTF-8",
        npm_config_offline: "true",
        npm_config_progress: "false",
        npm_config_update_notifier: "false",
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
      const shown = anonymous(text);
      const seconds = (performance.now() - this.#start) / 1000;
      this.cast.push([seconds, "o", shown]);
      this.#screen.write(shown);
    });
  }

  /** Waits until the terminal looks like this. */
  async shows(words: RegExp): Promise<void> {
    const deadline = performance.now() + patienceMilliseconds;
    while (!words.test(textOf(this.#screen))) {
      if (performance.now() > deadline)
        throw new Error(`it does not show ${words}:\n${textOf(this.#screen)}`);
      await pause(50);
    }
  }

  async types(line: string): Promise<void> {
    await pause(600);
    for (const key of `${line}\r`) {
      this.#terminal.stdin.write(key);
      await pause(keyMilliseconds);
    }
  }

  leave(): void {
    this.#terminal.kill("SIGKILL");
  }
}

/** Without what is this computer's own: the engine's free port and the kernel. */
const anonymous = (text: string) =>
  text.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:4566").replaceAll(` ${release()} ${version()}`, "");
