import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { credentials, sealedEnvironment } from "../../local/environment.ts";
import { systemPath } from "../../local/project.ts";
import { resticProgram } from "./program.ts";
import { bucket } from "./s3.ts";

const program = resticProgram();
const snapshots = z.array(z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }));
const backedUp = z.object({ message_type: z.literal("summary"), snapshot_id: z.string() });

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** The real program on a repository behind some endpoint. */
export class Restic {
  readonly #environment: Record<string, string>;
  readonly #folder: string;

  constructor(folder: string, endpoint: string, at = { bucket, password: "secret" }) {
    this.#folder = folder;
    this.#environment = {
      ...sealedEnvironment(),
      PATH: systemPath(),
      HOME: folder,
      TMPDIR: folder,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      RESTIC_REPOSITORY: `s3:${endpoint}/${at.bucket}/devbox`,
      RESTIC_PASSWORD: at.password,
      RESTIC_CACHE_DIR: join(folder, "cache"),
      RESTIC_PROGRESS_FPS: "0",
      // As small as restic allows, so that a small home has many.
      RESTIC_PACK_SIZE: "4",
    };
  }

  /** Runs it to its end; fails with what it says when that is not a good one. */
  async run(...words: string[]): Promise<string> {
    const { code, said } = await this.try(...words);
    if (code !== 0) throw new Error(`restic ${words.join(" ")} ended with ${code}: ${said}`);
    return said;
  }

  /** Runs it for that long at most; killed, its code is null. */
  try(...words: string[]): Promise<Ended> {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const options = {
      env: this.#environment,
      cwd: this.#folder,
      timeout: 30_000,
      killSignal: "SIGKILL" as const,
    };
    const child = execFile(program, words, options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, said: `${stdout}${stderr}` }),
    );
    return promise;
  }

  backup(home: string): Backup {
    const words = ["backup", "--quiet", "--host", "devbox", "--tag", "data", "."];
    return new Backup(spawn(program, words, { env: this.#environment, cwd: home, stdio: "ignore" }));
  }

  /** A backup of that time, from beginning to end. Answers its id. */
  async backupAt(home: string, time: string, tags = "data"): Promise<string> {
    const words = ["backup", "--json", "--host", "devbox", "--tag", tags, "--time", time, "."];
    const { stdout } = await promisify(execFile)(program, words, { env: this.#environment, cwd: home });
    return backedUp.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).snapshot_id;
  }

  async snapshots(): Promise<string[]> {
    const said = await this.run("snapshots", "--json", "--no-lock");
    return snapshots.parse(JSON.parse(said)).map(({ id }) => id);
  }
}

/** A backup that is under way. */
export class Backup {
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exit = once(child, "exit");
  }

  /** With SIGKILL, at once. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** How it ended: an exit code, or the signal. */
  async ended(): Promise<number | string | null> {
    await this.#exit;
    return this.#child.signalCode ?? this.#child.exitCode;
  }
}
