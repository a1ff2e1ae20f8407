import * as z from "zod";

const positive = z.int().positive();

/** What can be done to a call. */
export const deed = z.discriminatedUnion("do", [
  /** The service answers with an error, in the shape of its protocol; nothing is forwarded. */
  z.object({ do: z.literal("error"), name: z.string(), status: z.int().default(400) }),
  /** The service says that it is asked too often, by the name that this service has for that. */
  z.object({ do: z.literal("throttle") }),
  /** The connection breaks before the emulator hears of the call. */
  z.object({ do: z.literal("drop") }),
  /** The emulator does it, and the connection breaks before its answer. */
  z.object({ do: z.literal("lose") }),
  /** The emulator does it, and the process of the function that called is killed. */
  z.object({ do: z.literal("kill") }),
  /** The call waits this long before it is forwarded; shorter when it is released, or when its caller gives up. */
  z.object({ do: z.literal("hold"), milliseconds: positive }),
  /** Nothing is forwarded; this is the answer. */
  z.object({ do: z.literal("answer"), body: z.string(), contentType: z.string() }),
  /** The emulator's answer, with what matches replaced. */
  z.object({ do: z.literal("edit"), pattern: z.string(), replacement: z.string() }),
]);
export type Deed = z.infer<typeof deed>;

/** Any session, and none: what looks at the whole stage makes calls that are about no session of their own. */
export const anySession = "*";

/** A rule: the nth call of this caller that matches, and as many after it as `times` says; without it, all. */
export const fault = z.object({
  /** Whose call it is, or `anySession`. */
  session: z.string(),
  caller: z.string(),
  service: z.string(),
  action: z.string(),
  nth: positive.default(1),
  times: positive.optional(),
  deed,
});
export type Fault = z.input<typeof fault>;
export type Rule = z.infer<typeof fault>;

export function matches(
  rule: Rule,
  call: {
    readonly session?: string;
    readonly caller: { readonly name: string };
    readonly service: string;
    readonly action: string;
    readonly nth: number;
    readonly nthOfAny: number;
  },
): boolean {
  const isOfAny = rule.session === anySession;
  const nth = isOfAny ? call.nthOfAny : call.nth;
  return (
    (isOfAny || rule.session === call.session) &&
    rule.caller === call.caller.name &&
    rule.service === call.service &&
    rule.action === call.action &&
    nth >= rule.nth &&
    (rule.times === undefined || nth < rule.nth + rule.times)
  );
}
