import { type ChildProcessWithoutNullStreams, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostAddress } from "../../local/bodies/nspawn/network.ts";
import { type Launched, launched } from "../../workflows/launch.contract.ts";
import { engine } from "../workflows/session.ts";

/** An operator's laptop with a key pair of its own. */
export class Laptop {
  readonly folder = mkdtempSync(join(tmpdir(), "moonbase-laptop-"));
  readonly #key = join(this.folder, "key");

  constructor() {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", this.#key]);
  }

  /** What a launch is asked for by somebody who wants to log in from here. */
  get input() {
    const publicKey = readFileSync(`${this.#key}.pub`, "utf8").trim();
    return { blueprint: "admin", publicKey, sourceCidr: `${hostAddress}/32` };
  }

  /** Runs a command on the machine, trusting the host key of the launch's output and no other. */
  ssh(machine: Launched, command: string, options: string[] = [], user = machine.user) {
    return run("ssh", [...this.#words(machine, user, options), command]);
  }

  /** Logs in on a terminal, and stays until the login is closed. */
  login(machine: Launched): Login {
    return new Login(this.#words(machine, machine.user, ["-tt"]));
  }

  #words(machine: Launched, user: string, options: string[]): string[] {
    const hosts = join(this.folder, "hosts");
    writeFileSync(hosts, `${machine.address} ${machine.hostKey}\n`);
    const strict = {
      UserKnownHostsFile: hosts,
      StrictHostKeyChecking: "yes",
      BatchMode: "yes",
      ConnectTimeout: "2",
      IdentitiesOnly: "yes",
    };
    const told = Object.entries(strict).map(([name, value]) => `-o${name}=${value}`);
    return ["-F", "none", "-i", this.#key, ...options, ...told, `${user}@${machine.address}`];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Somebody at a terminal of the machine. */
export class Login {
  readonly #ssh: ChildProcessWithoutNullStreams;
  #shown = "";

  constructor(words: string[]) {
    this.#ssh = spawn("ssh", words);
    this.#ssh.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.#shown += text;
    });
    this.#ssh.stdin.on("error", () => undefined);
  }

  /** Everything that was ever on the terminal. */
  get shown(): string {
    return this.#shown;
  }

  /** Types on the terminal. */
  type(keys: string): void {
    this.#ssh.stdin.write(keys);
  }

  async close(): Promise<void> {
    if (this.#ssh.exitCode !== null || this.#ssh.signalCode !== null) return;
    const closed = once(this.#ssh, "close");
    this.#ssh.kill("SIGKILL");
    await closed;
  }
}

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(file: string, words: string[]): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  execFile(file, words, (error, stdout, stderr) => {
    resolve({ code: error === null ? 0 : error.code, stdout: stdout.trim(), stderr });
  });
  return promise;
}

/** Launches a machine and waits until it says that it is ready. */
export async function launchReady(session: string, input: object): Promise<Launched> {
  const { status, output, cause } = await engine.waitFor(await engine.launch(session, input));
  if (status !== "SUCCEEDED") throw new Error(`launch of ${session} is ${status}: ${cause}`);
  return launched.parse(JSON.parse(output ?? "null"));
}
