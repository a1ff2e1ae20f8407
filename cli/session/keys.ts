import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import envPaths from "env-paths";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { readRecords } from "./records.ts";

const run = promisify(execFile);

/** Where the keys of one stage are: private to the user, one folder a session. */
export async function keysFolder(context: Pick<Context, "target" | "stage" | "account">): Promise<string> {
  const { target, stage } = context;
  const whose =
    target.kind === "local"
      ? `local-${new URL(target.endpointOf("SFN")).port}`
      : await context.account().then(({ id, region }) => `${id}-${region}`);
  return join(envPaths("moonbase", { suffix: "" }).data, "keys", `${whose}-${stage}`);
}

/** The key pair of a session, and the one host key that its machine may show. */
export interface SessionKey {
  readonly folder: string;
  readonly file: string;
  readonly knownHosts: string;
}

export const keyIn = (folder: string): SessionKey => ({
  folder,
  file: join(folder, "key"),
  knownHosts: join(folder, "known_hosts"),
});

export const hasKey = ({ file }: SessionKey): boolean => existsSync(file);

/** An Ed25519 key for one session, made by ssh-keygen where nobody else may look. */
export async function makeKey(keys: string, session: string): Promise<SessionKey & { publicKey: string }> {
  const key = keyIn(join(keys, session));
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  try {
    mkdirSync(key.folder, { mode: 0o700 });
  } catch (error) {
    throw new CommandError(
      {
        what: `the key of session "${session}" cannot be made`,
        why: error instanceof Error ? error.message : String(error),
        remedy: "choose another --session",
        ending: "refused",
      },
      { cause: error },
    );
  }
  writeFileSync(join(key.folder, "owner"), String(process.pid), { mode: 0o600 });
  try {
    const parameters = ["-q", "-t", "ed25519", "-N", "", "-C", `moonbase-${session}`, "-f", key.file];
    await run("ssh-keygen", parameters);
    return { ...key, publicKey: readFileSync(`${key.file}.pub`, "utf8").trim() };
  } catch (error) {
    removeKey(key);
    throw new CommandError(
      {
        what: "no key could be made",
        why: error instanceof Error ? error.message : String(error),
        remedy: "install OpenSSH's client (ssh and ssh-keygen)",
        ending: "unexpected",
      },
      { cause: error },
    );
  }
}

/** The name under which known_hosts has a session's machine, whatever its address and port. */
export const hostAlias = (session: string) => `moonbase-${session}`;

/** The host key as the machine itself has told the launch: there is nothing to trust on first use. */
export function knowHost({ knownHosts }: SessionKey, session: string, hostKey: string): void {
  writeFileSync(knownHosts, `${hostAlias(session)} ${hostKey}\n`, { mode: 0o600 });
}

export function removeKey({ folder }: Pick<SessionKey, "folder">): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What is known of a folder that is lying about. */
export interface LyingKey {
  readonly record: { readonly status: string } | undefined;
  readonly ageMilliseconds: number;
  /** The command that made it still runs. */
  readonly owned: boolean;
}

/** A launch's first step takes less than this until its record is there. */
const unrecordedMilliseconds = 5 * 60_000;

/** The key of a session that has ended opens nothing; one that never got a record was killed on the way. */
export const isStale = ({ record, ageMilliseconds, owned }: LyingKey): boolean =>
  record === undefined ? !owned && ageMilliseconds > unrecordedMilliseconds : record.status === "ended";

/** Removes what killed runs of this command have left behind. Answers the sessions. */
export async function sweepKeys(context: Context): Promise<string[]> {
  const keys = await keysFolder(context);
  const sessions = existsSync(keys) ? readdirSync(keys) : [];
  if (sessions.length === 0) return [];
  const records = new Map((await readRecords(context, sessions)).map((record) => [record.id, record]));
  const stale = sessions.filter((session) => {
    const folder = join(keys, session);
    const ageMilliseconds = Date.now() - statSync(folder).mtimeMs;
    return isStale({ record: records.get(session), ageMilliseconds, owned: isOwned(folder) });
  });
  for (const session of stale) removeKey({ folder: join(keys, session) });
  return stale;
}

function isOwned(folder: string): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, "owner"), "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}
