import { type IncomingHttpHeaders, request as send } from "node:http";
import type { Request } from "./operation.ts";
import type { Answer } from "./refusal.ts";

/** Headers about one connection, which mean nothing on the next; the body goes whole, so its length is known. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "expect", "content-length"]);

const endToEnd = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || hopByHop.has(name) ? [] : [[name, value]],
    ),
  );

/** Asks the emulator what we were asked. The host stays the caller's, so that addresses in answers lead back here. */
export function forward(emulator: string, { method, url, headers, body }: Request): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length = body.length > 0 || method === "POST" || method === "PUT" ? body.length : undefined;
  const outgoing = send(new URL(url, emulator), {
    method,
    // A connection of its own for each call: one kept open may be closed by the emulator just as it is used again.
    agent: false,
    headers: { ...endToEnd(headers), ...(length !== undefined && { "content-length": length }) },
  });
  outgoing.once("error", reject);
  outgoing.once("response", (incoming) => {
    incoming
      .toArray()
      .then((chunks) =>
        resolve({
          status: incoming.statusCode ?? 502,
          headers: endToEnd(incoming.headers),
          body: Buffer.concat(chunks),
        }),
      )
      .catch(reject);
  });
  outgoing.end(body);
  return promise;
}
