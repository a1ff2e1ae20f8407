import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { linkOf } from "../../local/bodies/nspawn/network.ts";
import { startOf } from "../../local/engine/processes.ts";

/** Everything on this computer that belongs to the body of a machine: processes, mounts, links, routes, cgroups, block devices. */
export function tracesOf(instanceId: string): string[] {
  return [
    ...processesOf(instanceId).map((pid) => `process ${pid}`),
    ...linesWith(readFileSync("/proc/self/mountinfo", "utf8"), instanceId).map((line) => `mount ${line}`),
    ...linesWith(ip("-oneline", "link"), linkOf(instanceId)).map((line) => `link ${line}`),
    ...linesWith(ip("route"), linkOf(instanceId)).map((line) => `route ${line}`),
    ...linesWith(execFileSync("find", ["/sys/fs/cgroup", "-name", instanceId]).toString(), instanceId),
    ...storesOf(instanceId).map((device) => `device ${device}`),
  ];
}

/** The processes of a body, however deep inside: by their cgroup, and by what they were started with. */
export function processesOf(instanceId: string): number[] {
  return (
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      // A zombie has ended, whatever is still said of it.
      .filter((pid) => startOf(Number(pid)) !== undefined)
      .filter((pid) =>
        ["cgroup", "cmdline", "environ"].some((file) => readOf(pid, file).includes(instanceId)),
      )
      .map(Number)
  );
}

const loops = "/sys/block";
const storesOf = (instanceId: string) =>
  readdirSync(loops).filter((name) => textOf(join(loops, name, "loop/backing_file")).includes(instanceId));

/** What the kernel tells of a process; nothing of one that has ended. */
export const readOf = (pid: string | number, file: string) => textOf(`/proc/${pid}/${file}`);

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const ip = (...words: string[]) => execFileSync("ip", words, { encoding: "utf8" });
const linesWith = (text: string, word: string) => text.split("\n").filter((line) => line.includes(word));
