import type { IncomingHttpHeaders } from "node:http";
import type { Caller, Operation } from "./call.ts";

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const text = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header) ?? "";

/** Paths of the REST services that we call: method and path, without what differs from call to call. */
const restActions: readonly (readonly [string, RegExp, string, string])[] = [
  ["POST", /^\/schedules\/[^/]+$/, "scheduler", "CreateSchedule"],
  ["PUT", /^\/schedules\/[^/]+$/, "scheduler", "UpdateSchedule"],
  ["GET", /^\/schedules\/[^/]+$/, "scheduler", "GetSchedule"],
  ["DELETE", /^\/schedules\/[^/]+$/, "scheduler", "DeleteSchedule"],
  ["GET", /^\/schedules$/, "scheduler", "ListSchedules"],
  ["POST", /^\/2015-03-31\/functions\/[^/]+\/invocations$/, "lambda", "Invoke"],
  ["GET", /^\/[^/]+\/?$/, "s3", "ListObjectsV2"],
  ["GET", /^\/[^/]+\/.+$/, "s3", "GetObject"],
  ["PUT", /^\/[^/]+\/.+$/, "s3", "PutObject"],
  ["HEAD", /^\/[^/]+\/.+$/, "s3", "HeadObject"],
];

/** Reads from a request what it asks for: the signature names the service, the protocol says where the action is. */
export function operationOf({ method, url, headers, body }: Request): Operation {
  const signed = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(text(headers.authorization))?.[1] ?? "";
  const path = decodeURIComponent(url.split("?")[0] ?? "/");
  const target = text(headers["x-amz-target"]);
  if (target !== "") return { service: signed, action: target.split(".").at(-1) ?? target, protocol: "json" };
  const smithy = /\/service\/[^/]+\/operation\/(\w+)$/.exec(path)?.[1];
  if (smithy !== undefined) return { service: signed, action: smithy, protocol: "cbor" };
  if (text(headers["content-type"]).startsWith("application/x-www-form-urlencoded")) {
    const action = new URLSearchParams(body.toString()).get("Action");
    if (action !== null) {
      return { service: signed, action, protocol: signed === "ec2" ? "ec2" : "query" };
    }
  }
  const rest = restActions.find(
    ([verb, pattern, service]) =>
      verb === method && pattern.test(path) && (signed === "" || signed === service),
  );
  return rest === undefined
    ? { service: signed, action: `${method} ${path}`, protocol: "rest" }
    : { service: rest[2], action: rest[3], protocol: "rest" };
}

/** Functions say who they are in the SDK's own user agent (name-caller.mjs); before ready, machines call with curl. */
export function callerOf({ headers }: Request): Caller {
  const agent = text(headers["user-agent"]);
  // The stage comes first in a function's name, and the logger adds its own mark at the end.
  const said = /\bapp\/\S*?([a-z]+)-(\d+)(?:-PT-\S*)?(?=\s|$)/.exec(agent);
  if (said === null) return { name: agent.startsWith("curl/") ? "body" : "client" };
  const invocation = text(headers["x-amzn-trace-id"]);
  return {
    name: said[1] ?? "",
    process: Number(said[2]),
    ...(invocation !== "" && { invocation }),
  };
}

/** What is asked, for a person and for patterns: the address and the body, decoded. */
export function wordsOf({ url, headers, body }: Request): string {
  const form = text(headers["content-type"]).startsWith("application/x-www-form-urlencoded");
  const words = form
    ? [...new URLSearchParams(body.toString())].map(([key, value]) => `${key}=${value}`).join("\n")
    : body.toString();
  return `${decodeURIComponent(url)}\n${words}`;
}
