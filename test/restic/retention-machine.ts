import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { delimiter, dirname, join } from "node:path";
import { region, sealedEnvironment } from "../../local/environment.ts";
import { listenOnLoopback } from "../../local/loopback.ts";
import { projectFolder, systemPath } from "../../local/project.ts";
import { StandIn } from "../scripts/fixture/stand-in.ts";
import { resticProgram } from "./program.ts";
import { bucket } from "./s3.ts";

const scripts = join(projectFolder, "instance-scripts");

/** The computer's own programs are found by their names. */
const folderOf = (program: string): string[] => (program.includes("/") ? [dirname(program)] : []);

interface Ended {
  readonly code: number | string | null;
  /** Its sentence when it went well. */
  readonly said: string;
  /** Its sentence when it did not. */
  readonly failure: string;
}

/** A machine of retention: the shipped script with the real restic; metadata and parameters are the scripts' stand-in. */
export class RetentionMachine {
  readonly #folder: string;
  readonly #server: Server;
  readonly #environment: Record<string, string>;

  private constructor(folder: string, server: Server, environment: Record<string, string>) {
    this.#folder = folder;
    this.#server = server;
    this.#environment = environment;
  }

  static async start(folder: string, s3: string): Promise<RetentionMachine> {
    for (const name of ["service", "root"]) mkdirSync(join(folder, name));
    const standIn = new StandIn(join(folder, "service"));
    const server = createServer((incoming, answer) => void standIn.handle(incoming, answer));
    const address = `http://127.0.0.1:${await listenOnLoopback(server)}`;
    const machine = new RetentionMachine(folder, server, {
      ...sealedEnvironment(),
      PATH: [...folderOf(resticProgram()), systemPath()].join(delimiter),
      HOME: folder,
      TMPDIR: folder,
      AWS_ENDPOINT_URL: address,
      AWS_ENDPOINT_URL_S3: s3,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
      MOONBASE_HOME: scripts,
      MOONBASE_BODY: "process",
      MOONBASE_ROOT: join(folder, "root"),
      MOONBASE_FAILURE_FILE: join(folder, "failure"),
      MOONBASE_RESTIC_LOCK_WAIT: "1s",
      RESTIC_PACK_SIZE: "4",
    });
    // The bucket's region; this S3 sends whoever says another one elsewhere.
    writeFileSync(join(folder, "service/metadata.json"), JSON.stringify({ "placement/region": region }));
    machine.pin("none");
    return machine;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Pins a snapshot, as the operator does. */
  pin(snapshot: string): void {
    const parameters = {
      "/devserver/restic/repo": `s3:https://s3.us-east-1.amazonaws.com/${bucket}/devbox`,
      "/devserver/restic/password": "secret",
      "/devserver/restic/config_snapshot_id": snapshot,
    };
    writeFileSync(join(this.#folder, "service/parameters.json"), JSON.stringify(parameters));
  }

  /** The script, with so many hours, days, weeks and months that keep a backup. */
  begin(keep: string): Run {
    rmSync(join(this.#folder, "failure"), { force: true });
    return new Run(join(scripts, "retention/run"), [], { ...this.#environment, MOONBASE_KEEP: keep });
  }

  run(keep: string): Promise<Ended> {
    return this.#ended(this.begin(keep));
  }

  /** What a devbox does with its library meanwhile. */
  box(command: string): Promise<Ended> {
    const sources = ["step", "devbox"].map((name) => `source "$MOONBASE_HOME/lib/${name}.sh"`).join("; ");
    const text = `set -euo pipefail; ${sources}; trap restic_clear EXIT; metadata_identity; restic_open; ${command}`;
    return this.#ended(new Run("bash", ["-c", text], this.#environment));
  }

  async #ended(run: Run): Promise<Ended> {
    const { code, said } = await run.ended();
    return { code, said, failure: this.failure() };
  }

  failure(): string {
    try {
      return readFileSync(join(this.#folder, "failure"), "utf8");
    } catch {
      return "";
    }
  }
}

/** A script that is under way, with all that it has started. */
export class Run {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #said = "";

  constructor(program: string, words: string[], env: Record<string, string>) {
    this.#child = spawn(program, words, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.#exit = once(this.#child, "close");
    this.#child.stdout?.on("data", (text) => {
      this.#said += text;
    });
    // Read, so that it never waits for us.
    this.#child.stderr?.resume();
  }

  /** To the whole group, at once. */
  signal(name: "SIGKILL" | "SIGSTOP" | "SIGCONT" | "SIGTERM"): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
  }

  async ended(): Promise<{ code: number | string | null; said: string }> {
    await this.#exit;
    return { code: this.#child.signalCode ?? this.#child.exitCode, said: this.#said.trim() };
  }
}
