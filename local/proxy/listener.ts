import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../loopback.ts";
import type { Book } from "./book.ts";
import { type Control, control } from "./control.ts";
import type { FleetTokens } from "./fleet-tokens.ts";
import { forward } from "./forward.ts";
import { inject } from "./inject.ts";
import { operationOf, type Request } from "./operation.ts";
import type { Answer } from "./refusal.ts";

/** One listener for one emulator: writes each call down, does to it what the book says, and passes it on. */
export async function listen(emulator: string, book: Book, tokens: FleetTokens) {
  const answerTo = async (request: Request, gone: AbortSignal): Promise<Answer | undefined> => {
    const own: Control = control(book, request);
    if (own !== undefined) return own;
    const { call, rule, words } = book.enter(request);
    const operation = operationOf(request);
    const ask = async () => {
      const answer = await tokens.answer(operation, words, () => forward(emulator, request));
      call.status = answer.status;
      if (call.session !== undefined) book.sessions.learn(call.session, words, answer.body.toString());
      return answer;
    };
    return rule === undefined ? ask() : inject({ rule, call, operation, ask, book, gone });
  };
  const server = createServer((message, response) => {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    read(message)
      .then((request) => answerTo(request, gone.signal))
      // Without an answer the connection breaks; an emulator that is gone looks the same to the caller.
      .then((answer) => (answer === undefined ? response.destroy() : write(response, answer)))
      .catch(() => response.destroy());
  });
  // Clients keep their connections, and one that closes just as they use it again would be a fault nobody asked for.
  server.keepAliveTimeout = 0;
  return { port: await listenOnLoopback(server), close: () => close(server) };
}

async function read(message: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  const { method = "GET", url = "/", headers } = message;
  return { method, url, headers, body: Buffer.concat(chunks) };
}

function write(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
