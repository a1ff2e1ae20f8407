import { execFile, spawnSync } from "node:child_process";
import { readlinkSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { listenOnLoopback } from "../../loopback.ts";
import { replacing } from "./ingress.ts";
import { rootPath } from "./needs.ts";

/** The host as bodies see it: an address that is kept for tests between networks (RFC 2544). */
export const hostAddress = "198.18.0.1";

/** The name of a body's link on the host; Linux allows 15 characters. */
export const linkOf = (instanceId: string) => `mb${instanceId.slice(-12)}`;

/**
 * Takes a body's link off the host. It goes with the body's network as a rule; but the kernel keeps a network for
 * minutes while something waits in it to be sent, and then the link and its route would stay.
 */
export function removeLink(instanceId: string): void {
  // An error says that it is gone already.
  spawnSync("ip", ["link", "delete", "dev", linkOf(instanceId)], {
    env: { PATH: rootPath() },
    stdio: "ignore",
  });
}

/** Puts rules of nft into force in the network of the body with this leader; answers false when it has none yet, or none any more. */
export async function enforce(leader: number, rules: string): Promise<boolean> {
  const network = `/proc/${leader}/ns/net`;
  try {
    // A leader that has not entered its namespaces yet is still in the host's, whose rules are not ours.
    if (readlinkSync(network) === readlinkSync("/proc/self/ns/net")) return false;
    const nft = promisify(execFile)("nsenter", [`--net=${network}`, "nft", "--file", "-"], {
      env: { PATH: rootPath() },
    });
    nft.child.stdin?.end(replacing(rules));
    await nft;
    return true;
  } catch (error) {
    if (error instanceof Error && /No such file or directory|ENOENT/.test(error.message)) return false;
    throw error;
  }
}

/** Tells whoever asks from this machine under which address bodies see it, as services on the internet do. */
export async function startAddressService(): Promise<{
  readonly address: string;
  readonly stop: () => void;
}> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/plain" }).end(`${hostAddress}\n`);
  });
  const port = await listenOnLoopback(server);
  server.unref();
  return { address: `http://127.0.0.1:${port}/`, stop: () => void server.close() };
}
