import * as z from "zod";
import { assertLoopback } from "../environment.ts";
import { controlPath } from "./control.ts";
import type { Fault } from "./fault.ts";

const recorded = z.object({
  number: z.int(),
  at: z.number(),
  caller: z.object({ name: z.string(), process: z.int().optional(), invocation: z.string().optional() }),
  service: z.string(),
  action: z.string(),
  session: z.string().optional(),
  nth: z.int(),
  nthOfAny: z.int(),
  resources: z.array(z.string()),
  request: z.string().optional(),
  fault: z.string().optional(),
  status: z.int().optional(),
});
export type RecordedCall = z.infer<typeof recorded>;

/** The proxy as another process uses it, at the address where it stands for the emulators. */
export function proxyAt(endpoint: string) {
  const base = `${assertLoopback(endpoint).origin}${controlPath}`;
  const ask = async (method: string, what: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${base}${what}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`the proxy answers ${answer.status} to ${method} ${what}`);
    return answer.json();
  };
  return {
    /** From now on, calls about this session are told from others. */
    watch: async (session: string) => void (await ask("POST", "watch", { session })),
    inject: async (fault: Fault) => void (await ask("POST", "faults", fault)),
    /** Takes all faults of a session away and lets go what is held. Those of any session begin to count anew. */
    lift: async (session: string) => void (await ask("DELETE", `faults/${session}`)),
    /** Of any session: all calls since its faults were lifted. */
    callsOf: async (session: string) => z.array(recorded).parse(await ask("GET", `calls/${session}`)),
  };
}
export type ProxyControl = ReturnType<typeof proxyAt>;
