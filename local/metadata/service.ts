import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { listenOnLoopback } from "../loopback.ts";
import type { MachineFacts } from "./facts.ts";
import { Tokens } from "./tokens.ts";
import { metadataOf, textAt } from "./tree.ts";

export interface MetadataService {
  /** For AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  readonly endpoint: string;
  readonly close: () => void;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Record<string, string>;
}

const lifeHeader = "x-aws-ec2-metadata-token-ttl-seconds";

/** The metadata service of one machine, on a port of its own on loopback: IMDSv2 only, like our launch templates. */
export async function startMetadataService(
  facts: MachineFacts,
  now?: () => number,
): Promise<MetadataService> {
  const tokens = new Tokens(now);
  const server = createServer((request, response) => {
    const { status, text, headers } = answerOr500(facts, tokens, request);
    response.writeHead(status, { "content-type": "text/plain", ...headers }).end(text);
  });
  const port = await listenOnLoopback(server);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${port}`, close };
}

function answerOr500(facts: MachineFacts, tokens: Tokens, request: IncomingMessage): Answer {
  try {
    return answer(facts, tokens, request);
  } catch (error) {
    return { status: 500, text: String(error) };
  }
}

function answer(
  facts: MachineFacts,
  tokens: Tokens,
  { method, url = "/", headers }: IncomingMessage,
): Answer {
  const [version, ...path] = new URL(url, "http://metadata").pathname.split("/").filter(Boolean);
  if (version === undefined || !/^(latest|\d{4}-\d{2}-\d{2})$/.test(version)) return plain(404);
  if (method === "PUT" && path.join("/") === "api/token") return issueToken(tokens, headers);
  if (method !== "GET") return plain(405);
  if (!tokens.isGood(single(headers["x-aws-ec2-metadata-token"]))) return plain(401);
  const text = textAt(metadataOf(facts), path.map(decodeURIComponent));
  return text === undefined ? plain(404) : { status: 200, text };
}

function issueToken(tokens: Tokens, headers: IncomingHttpHeaders): Answer {
  // A proxy in between would hand the machine's credentials to whoever asks it.
  if (headers["x-forwarded-for"] !== undefined) return plain(403);
  const life = single(headers[lifeHeader]);
  const token = tokens.issue(life);
  if (token === undefined || life === undefined) return plain(400);
  return { status: 200, text: token, headers: { [lifeHeader]: life } };
}

const reasons: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
};

function plain(status: number): Answer {
  return { status, text: reasons[status] ?? "" };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
