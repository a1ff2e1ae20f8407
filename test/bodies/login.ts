import { execFile, execFileSync } from "node:child_process";
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
    return run("ssh", [
      "-F",
      "none",
      "-i",
      this.#key,
      ...options,
      ...told,
      `${user}@${machine.address}`,
      command,
    ]);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
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
