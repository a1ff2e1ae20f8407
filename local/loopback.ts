import type { Server } from "node:net";

/** Has a server listen on loopback alone; port 0 is any that is free. Answers the port, rejects when it is taken. */
export function listenOnLoopback(server: Server, port = 0): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    if (address === null || typeof address === "string") reject(new Error("no port"));
    else resolve(address.port);
  });
  return promise;
}
