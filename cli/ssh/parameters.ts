import { join } from "node:path";
import { quote } from "shell-quote";
import { hostAlias } from "../session/keys.ts";
import type { Door } from "./door.ts";

/** A path in a configuration line: quoted, and with no tokens to expand. */
const path = (text: string) => `"${text.replaceAll("%", "%%")}"`;

/** The file that ssh makes once it is logged in: by its exit status alone a lost connection looks like a refused one. */
export const loggedInFile = ({ key }: Door): string => join(key.folder, "logged-in");

/**
 * What ssh is called with. Nothing of the operator's own configuration, agent or known hosts: this key and no other
 * to this machine and no other, and a host key that was told, never trusted on first use.
 */
export function sshParameters(door: Door): string[] {
  const { session, address, port, user, key } = door;
  const settings = {
    IdentityFile: path(key.file),
    IdentitiesOnly: "yes",
    IdentityAgent: "none",
    UserKnownHostsFile: path(key.knownHosts),
    GlobalKnownHostsFile: "/dev/null",
    HostKeyAlias: hostAlias(session),
    HostKeyAlgorithms: "ssh-ed25519",
    StrictHostKeyChecking: "yes",
    UpdateHostKeys: "no",
    PreferredAuthentications: "publickey",
    BatchMode: "yes",
    ForwardAgent: "no",
    ConnectTimeout: "10",
    ServerAliveInterval: "15",
    ServerAliveCountMax: "4",
    PermitLocalCommand: "yes",
    LocalCommand: quote(["touch", loggedInFile(door)]).replaceAll("%", "%%"),
  };
  const given = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "none", ...given, "-p", String(port), `${user}@${address}`];
}
