import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { isIPv4, isIPv6 } from "node:net";
import { text } from "node:stream/consumers";
import { CommandError } from "./command-error.ts";

/** What one echo service answered. */
export type Echo =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "ipv6"; readonly address: string }
  | { readonly kind: "failed"; readonly why: string };

const patienceMilliseconds = 4_000;
const longestAnswer = 200;

/** Asks one service over IPv4, because that is the address that will knock. */
export async function askEcho(service: string): Promise<Echo> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const url = new URL(service);
  const request = url.protocol === "https:" ? requestSecure : requestPlain;
  const signal = AbortSignal.timeout(patienceMilliseconds);
  const sent = request(url, { family: 4, signal, headers: { accept: "text/plain" } }, (answer) => {
    if (answer.statusCode !== 200) {
      answer.resume();
      reject(new Error(`it answered ${answer.statusCode}`));
    } else text(answer).then(resolve, reject);
  });
  sent.once("error", reject);
  sent.end();
  try {
    return judgeEcho(await promise);
  } catch (error) {
    const why = signal.aborted
      ? "it did not answer in time"
      : String(error instanceof Error ? error.message : error);
    return { kind: "failed", why };
  }
}

export function judgeEcho(answer: string): Echo {
  const address = answer.slice(0, longestAnswer).trim();
  if (isIPv4(address)) return { kind: "address", address };
  if (isIPv6(address)) return { kind: "ipv6", address };
  return { kind: "failed", why: `it answered ${JSON.stringify(address.slice(0, 40))}, which is no address` };
}

/** The caller's own IPv4 address, from the first service, or from the second when the first does not know. */
export async function findAddress(services: readonly string[]): Promise<string> {
  const answers: string[] = [];
  let sixOnly = false;
  for (const service of services) {
    const echo = await askEcho(service);
    if (echo.kind === "address") return echo.address;
    sixOnly ||= echo.kind === "ipv6";
    answers.push(`${new URL(service).host}: ${echo.kind === "ipv6" ? echo.address : echo.why}`);
  }
  throw new CommandError({
    what: sixOnly
      ? "your network shows an IPv6 address only, and a session lets in one IPv4 address"
      : "your own IPv4 address could not be found out",
    why: answers.join("; "),
    remedy:
      "name it with --address 203.0.113.7, or launch with --no-key, which opens no port (Session Manager is the way in)",
    ending: "unreachable",
  });
}

/** An address given by hand. */
export function givenAddress(address: string): string {
  if (isIPv4(address) && address !== "0.0.0.0") return address;
  throw new CommandError({
    what: `--address: ${JSON.stringify(address)} is not accepted (allowed: one IPv4 address, such as 203.0.113.7)`,
    ...(isIPv6(address) && { why: "a session lets in one IPv4 address" }),
    remedy: "give an IPv4 address, or launch with --no-key and use Session Manager",
    ending: "usage",
  });
}
