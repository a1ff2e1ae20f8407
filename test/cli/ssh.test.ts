import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CommandError } from "../../cli/command-error.ts";
import { keyIn, knowHost } from "../../cli/session/keys.ts";
import type { Door } from "../../cli/ssh/door.ts";
import { useShell } from "../../cli/ssh/shell.ts";
import { freePorts } from "../../local/engine/ports.ts";

/** A real sshd on loopback, which lets in one key and shows one host key. */
const folder = mkdtempSync(join(tmpdir(), "moonbase-sshd-"));
const at = (name: string) => join(folder, name);
const makeKey = (file: string) =>
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
const publicKey = (file: string) => readFileSync(`${file}.pub`, "utf8").trim();
let sshd: ChildProcess;
let port: number;

beforeAll(async () => {
  port = (await freePorts()).serverless;
  for (const name of ["host", "other"]) makeKey(at(name));
  mkdirSync(at("session"));
  makeKey(keyIn(at("session")).file);
  writeFileSync(at("authorized_keys"), publicKey(keyIn(at("session")).file));
  // Where sshd locks itself in before a login; the service's unit makes it otherwise.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  writeFileSync(
    at("sshd_config"),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${at("host")}`,
      `AuthorizedKeysFile ${at("authorized_keys")}`,
      "AuthenticationMethods publickey",
      "PermitRootLogin yes",
      "StrictModes no",
      "UsePAM no",
      "PidFile none",
    ].join("\n"),
  );
  sshd = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", at("sshd_config")], { stdio: "ignore" });
});
afterAll(() => {
  sshd.kill();
  rmSync(folder, { recursive: true });
});

interface Different {
  hostKey?: string;
  key?: string;
  port?: number;
}

function shell(different: Different, command: string) {
  const key = { ...keyIn(at("session")), ...(different.key !== undefined && { file: different.key }) };
  knowHost(key, "tea", publicKey(different.hostKey ?? at("host")));
  const door: Door = {
    session: "tea",
    address: "127.0.0.1",
    port: different.port ?? port,
    user: userInfo().username,
    key,
  };
  return useShell({
    door,
    command: [command],
    signal: new AbortController().signal,
    retrying: () => undefined,
    stillThere: async () => true,
    waitMilliseconds: 1,
    patienceMilliseconds: 3_000,
  });
}

const complaintOf = async (end: Promise<unknown>) => {
  const error = await end.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof CommandError ? { ...error.complaint } : error;
};

it("the right key and the right host key log in; the shell's status is told", async () => {
  expect(await shell({}, "exit 7")).toEqual({ kind: "ended", status: 7 });
});

it("another host key than the one that was told is refused before anything is said to it", async () => {
  expect(await complaintOf(shell({ hostKey: at("other") }, "true"))).toMatchObject({
    what: expect.stringContaining("is not the machine of session"),
    ending: "unreachable",
  });
});

it("another key than the session's is refused, and the message says whose it is not", async () => {
  expect(await complaintOf(shell({ key: at("other") }, "true"))).toMatchObject({
    what: expect.stringContaining("does not let"),
    why: expect.stringContaining("Permission denied"),
    ending: "unreachable",
  });
});

it("a port on which nobody listens is named", async () => {
  expect(await complaintOf(shell({ port: port + 1 }, "true"))).toMatchObject({
    what: `127.0.0.1 refuses connections on port ${port + 1}`,
    ending: "unreachable",
  });
});

it("a connection that breaks is had again, until it is given up", async () => {
  // The shell ends its own connection: to ssh that is a lost one.
  expect(
    await shell(
      {},
      `n=$(cat ${at("count")} 2>/dev/null || echo 0); echo $((n + 1)) > ${at("count")}; [ $n -ge 2 ] || kill -9 $PPID`,
    ),
  ).toEqual({
    kind: "ended",
    status: 0,
  });
  expect(readFileSync(at("count"), "utf8").trim()).toBe("3");
});
