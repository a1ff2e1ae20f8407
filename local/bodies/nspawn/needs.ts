import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { cgroupRoot } from "../../engine/cgroups.ts";
import { systemPath } from "../../project.ts";

/** The programs that real bodies are made with, and the Debian package of each. */
const programs = {
  "systemd-nspawn": "systemd-container",
  mmdebstrap: "mmdebstrap",
  socat: "socat",
  nft: "nftables",
  ip: "iproute2",
  setpriv: "util-linux",
  losetup: "mount",
} as const;

/** Where root's programs are, for whoever became root without root's PATH. */
export const rootPath = () => [systemPath(), "/usr/sbin", "/sbin"].join(delimiter);

/** What this machine lacks for real bodies, in words for the operator; undefined when they can be made. */
export function missingForNspawn(): string | undefined {
  const packages = Object.entries(programs).flatMap(([program, name]) => (isThere(program) ? [] : [name]));
  const lacks = [
    ...(process.platform === "linux" ? [] : ["Linux"]),
    ...(process.getuid?.() === 0 ? [] : ["root (sudo npm start -- --body nspawn)"]),
    ...(packages.length === 0 ? [] : [`packages (apt-get install ${packages.join(" ")})`]),
    ...(process.platform !== "linux" || cgroupRoot() !== undefined ? [] : ["cgroups of version 2"]),
  ];
  if (lacks.length > 0) return `bodies of kind nspawn need what is missing here: ${lacks.join("; ")}`;
  return canMakeNamespaces()
    ? undefined
    : "bodies of kind nspawn need namespaces, and this machine makes none";
}

function isThere(program: string): boolean {
  return rootPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Root of a container may be root of little. */
function canMakeNamespaces(): boolean {
  const make = ["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc"];
  try {
    const work = "ip link add moonbase0 type veth peer name moonbase1 && nft add table inet moonbase";
    execFileSync("unshare", [...make, "sh", "-c", work], { env: { PATH: rootPath() }, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
