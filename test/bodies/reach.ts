import { execFileSync } from "node:child_process";
import { processesOf, readOf } from "./traces.ts";

/**
 * Cuts the way between this computer and a machine: whatever is sent on it is lost, in both directions and without a
 * word. In the body's own network, beside the rules of its security groups.
 */
export function cutOff(instanceId: string): void {
  const rules = `table inet cut {
    chain arriving { type filter hook prerouting priority raw; iifname "ens5" drop; }
    chain leaving { type filter hook output priority raw; oifname "ens5" drop; }
  }`;
  inNetworkOf(instanceId, ["nft", "--file", "-"], rules);
}

export const joinAgain = (instanceId: string) =>
  inNetworkOf(instanceId, ["nft", "delete", "table", "inet", "cut"]);

function inNetworkOf(instanceId: string, command: string[], input = ""): void {
  // Its doors to the host are processes of the host's network.
  const pid = processesOf(instanceId).find((each) => readOf(each, "comm") === "systemd-nspawn\n");
  if (pid === undefined) throw new Error(`${instanceId} has no network yet`);
  execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, ...command], { input });
}

/** Has sshd give up everybody who is logged in, as it does by itself when a client has been silent for two minutes. */
export function giveUpLogins(instanceId: string): void {
  for (const pid of processesOf(instanceId)) {
    const status = readOf(pid, "status");
    if (/^Name:\tsshd$/m.test(status) && !/^Uid:\t0\t/m.test(status)) process.kill(pid, "SIGKILL");
  }
}
