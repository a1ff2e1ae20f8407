import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { emulatorsOf } from "../../local/engine/emulators.ts";
import { freePorts } from "../../local/engine/ports.ts";
import { endGroups, startGroup } from "../../local/engine/processes.ts";
import { credentials, endpointsAt, region } from "../../local/environment.ts";

export const bucket = "backup";

/** The engine's S3, told to keep its objects on disk, so that it can be killed and started again. */
export class S3Server {
  readonly endpoint: string;
  readonly client: S3Client;
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.client = new S3Client({ endpoint: this.endpoint, region, credentials, forcePathStyle: true });
  }

  /** With one bucket that keeps old versions. */
  static async start(folder: string): Promise<S3Server> {
    const { serverless } = await freePorts();
    const server = new S3Server(folder, serverless);
    mkdirSync(join(folder, "temporary"));
    await server.start();
    await server.client.send(new CreateBucketCommand({ Bucket: bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await server.client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    return server;
  }

  async start(): Promise<void> {
    const temporary = join(this.#folder, "temporary");
    const endpoints = endpointsAt({ serverless: this.#port, machines: this.#port });
    const [ministack] = emulatorsOf(endpoints, temporary, { endpoints });
    if (ministack === undefined) throw new Error("there is no such emulator");
    const { program, readyAt } = ministack;
    this.#process = startGroup({
      ...program,
      environment: { ...program.environment, S3_PERSIST: "1", S3_DATA_DIR: join(this.#folder, "objects") },
      log: join(this.#folder, "s3.log"),
    });
    const end = performance.now() + 60_000;
    for (;;) {
      const answer = await fetch(readyAt).catch(() => undefined);
      if (answer?.ok === true) return;
      if (performance.now() > end) throw new Error("S3 does not answer");
      await pause(50);
    }
  }

  /** With SIGKILL, at once. */
  kill(): void {
    if (this.#process?.pid !== undefined) endGroups([this.#process.pid]);
  }

  async stop(): Promise<void> {
    const ending = this.#process;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exit = once(ending, "exit");
    this.kill();
    await exit;
  }
}
