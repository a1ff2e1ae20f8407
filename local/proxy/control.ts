import * as z from "zod";
import type { Book } from "./book.ts";
import { fault } from "./fault.ts";
import type { Request } from "./operation.ts";
import type { Answer } from "./refusal.ts";

export const controlPath = "/_moonbase/proxy/";

export type Control = Answer | undefined;

const watch = z.object({ session: z.string() });

/** The proxy's own address: tests run in other processes than the engine. Undefined when it is a call like any other. */
export function control(book: Book, { method, url, body }: Request): Control {
  if (!url.startsWith(controlPath)) return undefined;
  const [what = "", session = ""] = url.slice(controlPath.length).split("/").map(decodeURIComponent);
  switch (`${method} ${what}`) {
    case "POST watch":
      book.sessions.watch(watch.parse(JSON.parse(body.toString())).session);
      return json({});
    case "POST faults":
      book.inject(fault.parse(JSON.parse(body.toString())));
      return json({});
    case "DELETE faults":
      book.lift(session);
      return json({});
    case "GET calls":
      return json(book.callsOf(session));
    default:
      return { ...json({}), status: 404 };
  }
}

const json = (value: unknown): Answer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});
