import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { delimiter, isAbsolute, join } from "node:path";
import { endGroups } from "../../local/engine/processes.ts";
import { region, sealedEnvironment } from "../../local/environment.ts";
import { listenOnLoopback } from "../../local/loopback.ts";
import { projectFolder, systemPath } from "../../local/project.ts";
import { StandIn } from "../scripts/fixture/stand-in.ts";
import { resticProgram } from "./program.ts";
import { password } from "./restic.ts";
import { bucket } from "./s3.ts";

const scripts = join(projectFolder, "instance-scripts");
const instance = "i-0123456789abcdef0";

/**
 * A devbox as far as its backups go: the shipped scripts in a folder that is the machine's root, with the real restic. A
 * stand-in is its metadata service and its parameters. All that runs on it ends at once, as when a computer is switched off.
 */
export class Box {
  readonly home: string;
  readonly #folder: string;
  readonly #root: string;
  readonly #endpoint: string;
  readonly #server: Server;
  #service = "";
  #running: ChildProcess | undefined;

  private constructor(folder: string, endpoint: string) {
    this.#folder = folder;
    this.#endpoint = endpoint;
    this.#root = join(folder, "root");
    this.home = join(this.#root, "home/debian");
    const service = join(folder, "service");
    for (const made of [service, join(folder, "programs")]) mkdirSync(made);
    // The machine's own is found by its name.
    if (isAbsolute(resticProgram())) symlinkSync(resticProgram(), join(folder, "programs/restic"));
    const parameters = {
      "/devserver/restic/repo": `s3:https://s3.${region}.amazonaws.com/${bucket}/devbox`,
      "/devserver/restic/password": password,
    };
    writeFileSync(join(service, "parameters.json"), JSON.stringify(parameters));
    const standIn = new StandIn(service);
    this.#server = createServer((request, response) => void standIn.handle(request, response));
  }

  /** In this folder, with S3 at this endpoint. */
  static async make(folder: string, endpoint: string): Promise<Box> {
    const box = new Box(folder, endpoint);
    box.#service = `http://127.0.0.1:${await listenOnLoopback(box.#server)}`;
    box.renew();
    return box;
  }

  /** The next machine: nothing is left of the one before. */
  renew(): void {
    rmSync(this.#root, { recursive: true, force: true });
    mkdirSync(this.home, { recursive: true });
    mkdirSync(this.#state(), { recursive: true });
    writeFileSync(this.#state("home"), "root-volume: a test\n");
  }

  /** A restore by its own script; answers what came of it, in the box's word. */
  async restore(snapshot: string): Promise<string> {
    const code = await this.#run("restore", snapshot);
    if (code !== 0) throw new Error(`the restore ended with ${code}: ${readFileSync(this.#log(), "utf8")}`);
    return readFileSync(this.#state("restore"), "utf8").trim();
  }

  /** A quick save by its own script: an exit code, or the signal that ended it. */
  save(): Promise<number | string | null> {
    return this.#run("save", "quick");
  }

  /** The snapshot that it has saved last, as it remembers. */
  saved(): string {
    return /[0-9a-f]{64}/.exec(readFileSync(this.#state("backup"), "utf8"))?.[0] ?? "nothing";
  }

  /** With SIGKILL, everything on it at once. */
  kill(): void {
    if (this.#running?.pid !== undefined) endGroups([this.#running.pid]);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #state(name = ""): string {
    return join(this.#root, "var/lib/moonbase", instance, name);
  }

  #log(): string {
    return join(this.#folder, "box.log");
  }

  async #run(script: "restore" | "save", word: string): Promise<number | string | null> {
    const log = openSync(this.#log(), "w");
    const child = spawn(join(scripts, "devbox", script), [word], {
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...sealedEnvironment(),
        PATH: [join(this.#folder, "programs"), systemPath()].join(delimiter),
        HOME: this.#folder,
        TMPDIR: this.#folder,
        AWS_ENDPOINT_URL: this.#service,
        AWS_ENDPOINT_URL_S3: this.#endpoint,
        AWS_EC2_METADATA_SERVICE_ENDPOINT: this.#service,
        MOONBASE_HOME: scripts,
        MOONBASE_ROOT: this.#root,
        MOONBASE_BODY: "process",
        MOONBASE_INSTANCE_ID: instance,
        MOONBASE_REGION: region,
        MOONBASE_STAGE: "moonbase",
        MOONBASE_SESSION: "session-1",
        // As small as restic allows, so that a small home has many.
        RESTIC_PACK_SIZE: "4",
      },
    });
    this.#running = child;
    await once(child, "exit");
    return child.signalCode ?? child.exitCode;
  }
}
