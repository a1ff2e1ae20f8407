import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { listenOnLoopback } from "../../local/loopback.ts";

/** What a request asks of S3, in IAM's words. */
export interface Asked {
  readonly action: string;
  /** Without the bucket; empty for the bucket itself. */
  readonly key: string;
  /** Of a list: what it is narrowed to. */
  readonly prefix?: string;
}

export type Allows = (asked: Asked) => boolean | Promise<boolean>;

/** A moment of a backup: so much of the n-th upload has passed. */
export interface Moment {
  readonly upload: number;
  /** Of the upload's bytes. */
  readonly fraction: number;
}

/** A moment of anything that changes the repository: the n-th upload or deletion. */
export interface Change {
  readonly change: number;
  /** Of an upload's bytes; a deletion has not been done below a half, and has been done, unanswered, from there on. */
  readonly fraction: number;
  /** Whether the rest of an upload goes on to S3 after the deed, because whoever sends it lives on. */
  readonly goesOn?: boolean;
}

interface Awaited {
  readonly counts: (asked: Asked) => boolean;
  readonly nth: number;
  readonly fraction: number;
  readonly goesOn?: boolean;
  readonly deed: (key: string) => void;
}

const isUpload = ({ action }: Asked) => action === "s3:PutObject";
const isDeletion = ({ action }: Asked) => action === "s3:DeleteObject";
const isChange = (asked: Asked) => isUpload(asked) || isDeletion(asked);

/** Stands between restic and S3: lets through what is allowed, and can do a deed in the middle of an upload. */
export class Gate {
  readonly refused: Asked[] = [];
  /** Every change that was let through. */
  readonly changes: Asked[] = [];
  /** May be changed at any time. */
  allows: Allows;
  readonly #server: Server;
  readonly #target: URL;
  #counted = 0;
  #awaited: Awaited | undefined;

  private constructor(target: string, allows: Allows) {
    this.#target = new URL(target);
    this.allows = allows;
    this.#server = createServer((incoming, answer) => void this.#pass(incoming, answer));
  }

  static async open(
    target: string,
    allows: Allows = () => true,
  ): Promise<{ readonly gate: Gate; readonly endpoint: string }> {
    const gate = new Gate(target, allows);
    return { gate, endpoint: `http://127.0.0.1:${await listenOnLoopback(gate.#server)}` };
  }

  /**
   * Does the deed when that much of that upload, counted from now, is at S3. The rest never is: the gate keeps it, and
   * whoever is left of the two sides sees the connection break. Answers the key of the object whose upload it was.
   */
  inTheMiddleOf({ upload, fraction }: Moment, deed: () => void): Promise<string> {
    return this.#await({ counts: isUpload, nth: upload, fraction }, deed);
  }

  /** The same at a change. Answers the key of the object that is changed. */
  atChange({ change, ...how }: Change, deed: () => void): Promise<string> {
    return this.#await({ counts: isChange, nth: change, ...how }, deed);
  }

  #await(when: Omit<Awaited, "deed">, deed: () => void): Promise<string> {
    this.#counted = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#awaited = {
      ...when,
      deed: (key) => {
        deed();
        resolve(key);
      },
    };
    return promise;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const asked = askedOf(incoming);
    if (!(await this.allows(asked))) {
      this.refused.push(asked);
      incoming.resume();
      const error = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
      answer.writeHead(403, { "content-type": "application/xml" }).end(error);
      return;
    }
    if (isChange(asked)) this.changes.push(asked);
    const { method, url, headers } = incoming;
    const { hostname, port } = this.#target;
    const outgoing = request({ hostname, port, method, path: url, headers, agent: false });
    // Whoever is gone on one side is gone on the other.
    outgoing.on("error", () => answer.destroy());
    answer.on("close", () => outgoing.destroy());
    const awaited = this.#ifNow(asked);
    if (awaited !== undefined && isDeletion(asked)) return leaveDeletionUnanswered(awaited, asked, outgoing);
    outgoing.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.on("error", () => answer.destroy());
    });
    if (awaited !== undefined) stopInTheMiddle(awaited, asked, incoming, outgoing);
    else incoming.pipe(outgoing);
  }

  /** What is to be done now, if this is what was waited for. */
  #ifNow(asked: Asked): Awaited | undefined {
    const awaited = this.#awaited;
    if (awaited?.counts(asked) !== true) return undefined;
    this.#counted += 1;
    if (this.#counted !== awaited.nth) return undefined;
    this.#awaited = undefined;
    return awaited;
  }
}

function leaveDeletionUnanswered(
  { fraction, deed }: Awaited,
  { key }: Asked,
  outgoing: ReturnType<typeof request>,
): void {
  if (fraction < 0.5) {
    deed(key);
    outgoing.destroy();
    return;
  }
  outgoing.on("response", (response) => {
    response.resume();
    deed(key);
  });
  outgoing.end();
}

function stopInTheMiddle(
  { fraction, goesOn, deed }: Awaited,
  { key }: Asked,
  incoming: IncomingMessage,
  outgoing: ReturnType<typeof request>,
): void {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    // At least one byte is still to come.
    const cut = Math.min(Math.floor(body.length * fraction), body.length - 1);
    outgoing.flushHeaders();
    outgoing.write(body.subarray(0, cut), () => {
      deed(key);
      if (goesOn === true) outgoing.end(body.subarray(cut));
    });
  });
}

/** Only what restic and an attacker in its place ask for. */
function askedOf({ method = "", url = "" }: IncomingMessage): Asked {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [, , ...rest] = pathname.split("/");
  const key = decodeURIComponent(rest.join("/"));
  // Of many at once, which restic never does: which they are is not looked at.
  if (method === "POST" && searchParams.has("delete")) return { action: "s3:DeleteObject", key: "many" };
  if (searchParams.has("location")) return { action: "s3:GetBucketLocation", key };
  const prefix = searchParams.get("prefix") ?? undefined;
  const version = searchParams.has("versionId") ? "Version" : "";
  const actions: Record<string, string> = {
    GET: key === "" ? "s3:ListBucket" : `s3:GetObject${version}`,
    HEAD: key === "" ? "s3:ListBucket" : `s3:GetObject${version}`,
    PUT: key === "" ? "s3:CreateBucket" : "s3:PutObject",
    POST: "s3:PutObject",
    DELETE: key === "" ? "s3:DeleteBucket" : `s3:DeleteObject${version}`,
  };
  return { action: actions[method] ?? `s3:${method}`, key, ...(prefix !== undefined && { prefix }) };
}
